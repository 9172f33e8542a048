import { Select, Text } from '../people/fields'
import { attributeName } from '../people/names'
import type { Attribute, ValueType } from '../people/types'
import { useWords } from '../words/words'
import css from './importing.module.css'
import type { Choice, Import } from './types'

const NEW_TYPES = ['string', 'integer', 'float', 'boolean', 'date', 'datetime'] as const satisfies ValueType[]
const SAMPLES = 3
/** Stand beside the names of attributes, which never hold a space at their beginning. */
const LEAVE = ' leave'
const NEW = ' new'

type Props = { found: Import; attributes: Attribute[]; choices: Choice[]; change: (choices: Choice[]) => void }

/** Where each column goes. */
export function Columns({ found, attributes, choices, change }: Props) {
  const { t } = useWords()
  const byName = (one: Attribute, other: Attribute) => attributeName(one, t).localeCompare(attributeName(other, t))
  const writable = attributes.filter(({ writable }) => writable)
  const options = (own: boolean) => writable.filter(({ id }) => (id > 0) === own).sort(byName)
    .map((one) => <option key={one.std} value={one.std}>{attributeName(one, t)}</option>)
  const own = options(true)
  const standard = options(false)
  const put = (place: number, choice: Choice) => change(choices.with(place, choice))
  const pick = (place: number, value: string) => {
    const { header } = found.columns[place]!
    put(place, value === LEAVE ? { to: 'leave' } : value === NEW ? { to: 'new', name: header, type: found.types[place] ?? 'string' } : { to: 'known', std: value })
  }
  return (
    <ul className={css.columns}>
      {found.columns.map(({ header }, place) => {
        const choice = choices[place]!
        const name = header || t('import.noName')
        const samples = found.first.map((cells) => cells[place]).filter(Boolean).slice(0, SAMPLES)
        return (
          <li key={place} className={css.column} data-left={choice.to === 'leave' || undefined}>
            <span className={css.lines}>
              <span className={css.name}>{name}</span>
              <span className={css.sample}>{samples.join(' · ') || t('import.noValues')}</span>
            </span>
            <span className={css.goes}>
              <Select label={t('import.goesTo', { column: name })} value={choice.to === 'known' ? choice.std : choice.to === 'new' ? NEW : LEAVE} pick={(value) => pick(place, value)}>
                <option value={LEAVE}>{t('import.leave')}</option>
                <option value={NEW}>{t('import.newAttribute')}</option>
                {own.length > 0 && <optgroup label={t('attributes.own')}>{own}</optgroup>}
                <optgroup label={t('attributes.standard')}>{standard}</optgroup>
              </Select>
              {choice.to === 'new' && (
                <>
                  <Text label={t('import.newName', { column: name })} value={choice.name} maxLength={64} aria-invalid={!choice.name.trim() || undefined} write={(next) => put(place, { ...choice, name: next })} />
                  <Select label={t('import.newType', { column: name })} value={choice.type} pick={(type) => put(place, { ...choice, type: type as ValueType })}>
                    {NEW_TYPES.map((type) => <option key={type} value={type}>{t(`valueType.${type}`)}</option>)}
                  </Select>
                </>
              )}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
