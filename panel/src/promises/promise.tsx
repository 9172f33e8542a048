import { Suspense } from 'react'
import type { Conversation } from '@shared/types'
import { aside } from '../words/words'

const SlaLeft = aside(() => import('./sla-left'), 'promises')

/** The time left until the next promise, where there is one; it comes when it is needed. */
export const PromiseLeft = ({ sla }: { sla: Conversation['sla'] }) => (sla?.kind ? <Suspense><SlaLeft sla={sla} /></Suspense> : null)
