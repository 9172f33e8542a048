import { faceColour, initials } from '@shared/faces'
import { useWords } from '../words/words'
import css from './face.module.css'

type Props = { id: number; name: string; online?: boolean; size?: 'small' | 'normal' | 'large' }

/** Initials on the person's own colour. Presence is a ring with words for those who can't see it. */
export function Face({ id, name, online, size = 'normal' }: Props) {
  const { t } = useWords()
  return (
    <span className={css.face} data-size={size} style={{ backgroundColor: faceColour(id) }}>
      <span aria-hidden="true">{initials(name)}</span>
      {online && (
        <span className={css.online} role="img" aria-label={t('presence.online')} title={t('presence.online')} />
      )}
    </span>
  )
}
