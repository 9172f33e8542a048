import { Button } from '@mantine/core'
import { useState } from 'react'
import form from '../deals/deals.module.css'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Dialog } from '../parts/dialog'
import { Select, Text } from '../people/fields'
import fields from '../people/fields.module.css'
import { useRefresh } from '../people/names'
import type { Attribute, ValueType } from '../people/types'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import type { Subject } from './attribute-uses'

const TYPES: ValueType[] = ['string', 'integer', 'float', 'boolean', 'date', 'datetime', 'fixed', 'json']

/** Asks for a new attribute, or for another name and other choices of one; its type stays for ever. */
export function AttributeForm({ subject, attribute, close }: { subject: Subject; attribute: Attribute | undefined; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const [name, setName] = useState(attribute?.name ?? '')
  const [type, setType] = useState<ValueType>(attribute?.type ?? 'string')
  const [choices, setChoices] = useState(attribute?.choices.join('\n') ?? '')
  const [multiple, setMultiple] = useState(attribute?.multiple ?? false)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const said = choices.split('\n').map((each) => each.trim()).filter(Boolean)
  const fixed = type === 'fixed'
  const ready = name.trim() !== '' && (!fixed || said.length > 0)
  const gone = attribute?.choices.filter((choice) => fixed && !said.includes(choice)) ?? []
  const save = async () => {
    setBusy(true)
    try {
      const more = fixed ? { choices: said } : {}
      if (attribute) await live.rest('PATCH', `attributes/${attribute.id}`, { name: name.trim(), ...more })
      else await live.rest('POST', 'attributes', { subject, name: name.trim(), type, ...more, ...(fixed ? { multiple } : {}) })
      refresh('names')
      close()
    } catch (error) {
      setRefused(error instanceof RestError && error.code === 'taken' ? t('attributeSettings.taken', { name: name.trim() }) : refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={attribute ? t('attributeSettings.edit', { name: attribute.name }) : t(`attributeSettings.newOf.${subject}`)}>
      <form className={form.form} onSubmit={(event) => { event.preventDefault(); if (ready && !busy) void save() }}>
        <label className={form.field}><span aria-hidden="true">{t('attributeSettings.name')}</span><Text label={t('attributeSettings.name')} value={name} write={setName} maxLength={64} data-autofocus /></label>
        <label className={form.field}><span aria-hidden="true">{t('attributeSettings.type')}</span>
          <Select label={t('attributeSettings.type')} value={type} disabled={attribute !== undefined} pick={(next) => setType(next as ValueType)}>
            {TYPES.map((one) => <option key={one} value={one}>{t(`attributeType.${one}`)}</option>)}
          </Select>
        </label>
        <p className={form.hint}>{t(attribute ? 'attributeSettings.typeStays' : 'attributeSettings.typeWhy')}</p>
        {fixed && (
          <>
            <label className={form.field}><span>{t('attributeSettings.choices')}</span>
              <textarea className={fields.field} rows={5} value={choices} onChange={(event) => setChoices(event.currentTarget.value)} />
            </label>
            {!attribute && <label className={fields.choice}><input type="checkbox" className={fields.check} checked={multiple} onChange={(event) => setMultiple(event.currentTarget.checked)} />{t('attributeSettings.multiple')}</label>}
            {gone.length > 0 && <p className={form.hint} role="status">{t('attributeSettings.choicesGone', { names: gone.join(', ') })}</p>}
          </>
        )}
        {refused && <p className={form.error} role="alert">{refused}</p>}
        <div className={form.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={!ready}>{attribute ? t('save') : t('attributeSettings.make')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
