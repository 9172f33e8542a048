import type { AgentState } from '@shared/types'
import { faceColour, initials } from '@shared/faces'
import { useWords } from '../words/words'
import css from './face.module.css'

type Props = { id: number; name: string; online?: boolean; size?: 'small' | 'normal' | 'large'; state?: AgentState }

/** Initials on the person's own colour. Presence is a ring with words for those who can't see it; of agents it tells busy and away apart. */
export function Face({ id, name, online, size = 'normal', state }: Props) {
  const { t } = useWords()
  const said = t(state && state !== 'available' ? `presence.${state}` : 'presence.online')
  return (
    <span className={css.face} data-size={size} style={{ backgroundColor: faceColour(id) }}>
      <span aria-hidden="true">{initials(name)}</span>
      {online && (
        <span className={css.online} data-state={state} role="img" aria-label={said} title={said} />
      )}
    </span>
  )
}
