import { IconMoodCry, IconMoodHappy, IconMoodNeutral, IconMoodSad, IconMoodSmile } from '@tabler/icons-react'
import { useWords } from '../words/words'
import css from './ratings.module.css'

const FACES = [IconMoodCry, IconMoodSad, IconMoodNeutral, IconMoodSmile, IconMoodHappy] as const
export const SCORES = [5, 4, 3, 2, 1] as const

/** A score as a face for the eye, and a word for everybody. */
export function ScoreFace({ score, worded = true }: { score: number; worded?: boolean }) {
  const { t } = useWords()
  const Face = FACES[score - 1] ?? IconMoodNeutral
  const name = t(`rated.face.${score as 1}`)
  return <span className={css.face} data-good={score >= 4 || undefined} data-bad={score <= 2 || undefined}><Face size={18} stroke={1.8} role={worded ? undefined : 'img'} aria-hidden={worded || undefined} aria-label={worded ? undefined : name} />{worded && name}</span>
}
