import { useFact } from '../live/context'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'

type Props = { value: string; change: (value: string) => void; label?: string }

/** What an incoming call does: it rings everyone, a group, or goes to voicemail. */
export function RingsSelect({ value, change, label }: Props) {
  const { t } = useWords()
  const groups = useFact((state) => state.groups)
  const gone = /^\d+$/.test(value) && !groups.some(({ id }) => String(id) === value)
  return (
    <select className={fields.field} value={value} aria-label={label} onChange={(event) => change(event.currentTarget.value)}>
      <option value="everyone">{t('phone.everyone')}</option>
      {groups.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      {gone && <option value={value}>{t('phone.goneGroup')}</option>}
      <option value="voicemail">{t('phone.voicemail')}</option>
    </select>
  )
}
