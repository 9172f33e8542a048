import { Button } from '@mantine/core'
import { IconMessages } from '@tabler/icons-react'
import { useFact } from '../live/context'
import { savedOf, VIEWS, type View } from '../live/views'
import { Keys } from '../parts/keys'
import { aside, useWords } from '../words/words'
import css from './inbox.module.css'
import { Suspense } from 'react'

const EmptyInbox = aside(() => import('../first-hour/empty'), 'start')

export function ListEmpty({ view }: { view: View }) {
  const { t } = useWords()
  const kind = VIEWS.find((one) => one === view) ?? (savedOf(view) === undefined ? 'groups' : 'saved')
  return (
    <div className={css.listEmpty}>
      <p className={css.emptyTitle}>{t(`emptyView.${kind}`)}</p>
      <p>{t(`emptyView.${kind}.next`)}</p>
    </div>
  )
}

export function ListFailed({ again }: { again: () => void }) {
  const { t } = useWords()
  return (
    <div className={css.listEmpty} role="alert">
      <p>{t('list.failed')}</p>
      <Button size="compact-sm" variant="default" onClick={again}>{t('retry')}</Button>
    </div>
  )
}

/** Beside the list when nothing is open: the next key to press, or, before the very first conversation, how to get one. */
export function ConversationEmpty({ known }: { known: boolean }) {
  const { t } = useWords()
  const fresh = useFact((state) => state.fresh)
  const counts = useFact((state) => state.counts)
  const first = fresh && !known && counts.open + counts.closed === 0
  return (
    <main className={css.nothing} data-first={first || undefined}>
      {first ? <Suspense><EmptyInbox /></Suspense> : (
        <div className={css.hint}>
          <IconMessages size={32} stroke={1.3} aria-hidden="true" />
          <p>{t('empty.choose')}</p>
          <p className={css.hintKeys}><Keys keys="j" /> <Keys keys="k" /> {t('empty.move')} · <Keys keys="Enter" /> {t('empty.open')} · <Keys keys="?" /> {t('empty.keys')}</p>
        </div>
      )}
    </main>
  )
}
