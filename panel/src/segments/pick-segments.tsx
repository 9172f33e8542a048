import { useId } from 'react'
import { Pill } from '../people/belongings'
import { Select } from '../people/fields'
import { useSegments } from '../people/names'
import profile from '../people/profile.module.css'
import settings from '../settings/settings.module.css'
import { useWords } from '../words/words'

type Props = { label: string; chosen: readonly number[]; set: (chosen: number[]) => void; disabled?: boolean; named?: string }

/** Some segments of contacts, by their names; nothing where there are none to choose from. `named` is the style of the label. */
export default function PickSegments({ label, chosen, set, disabled, named = settings.legend }: Props) {
  const { t } = useWords()
  const { segments } = useSegments()
  const id = useId()
  if (!segments?.length && !chosen.length) return null
  const free = segments?.filter((one) => !chosen.includes(one.id)) ?? []
  return (
    <div role="group" aria-labelledby={id} className={settings.fieldset}>
      <span id={id} className={named}>{label}</span>
      <div className={profile.pills}>
        {chosen.map((one) => <Pill key={one} name={segments?.find((each) => each.id === one)?.name ?? `#${one}`} remove={() => set(chosen.filter((each) => each !== one))} />)}
        {free.length > 0 && (
          <Select label={t('segments.pick')} value="" disabled={disabled} pick={(value) => set([...chosen, Number(value)])}>
            <option value="" disabled>{t('segments.pick')}</option>
            {free.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </Select>
        )}
      </div>
    </div>
  )
}
