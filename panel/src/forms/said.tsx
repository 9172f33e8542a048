import { Text as Line } from '../people/fields'
import type { Language } from '../words/words'
import css from './forms.module.css'
import type { Text } from './types'

type Props = { label: string; text: Text; language: Language; write: (text: Text) => void; long?: boolean; autoFocus?: boolean; placeholder?: string }

/** Words in the language that is being written; in the other one they stay. */
export function Said({ label, text, language, write, long, autoFocus, placeholder }: Props) {
  const other = Object.entries(text).find(([each, words]) => each !== language && words)?.[1]
  const set = (words: string) => write({ ...text, [language]: words })
  return (
    <label className={css.labelled}><span>{label}</span>
      {long
        ? <textarea className={css.lines4} rows={3} lang={language} value={text[language] ?? ''} placeholder={other ?? placeholder} maxLength={2000} onChange={(event) => set(event.currentTarget.value)} />
        : <Line label={label} lang={language} value={text[language] ?? ''} placeholder={other ?? placeholder} write={set} maxLength={2000} autoFocus={autoFocus} />}
    </label>
  )
}
