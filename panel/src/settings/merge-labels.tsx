import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { Text } from '../people/fields'
import fields from '../people/fields.module.css'
import { useRefresh } from '../people/names'
import type { Counted } from '../people/types'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import type { Kind } from './labels'
import css from './settings.module.css'

/** Several become one. It can't be taken back, so the name of what stays is typed. */
export function MergeLabels({ kind, labels, close }: { kind: Kind; labels: Counted[]; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const largest = labels.reduce((one, other) => (other.count > one.count ? other : one))
  const [into, setInto] = useState(largest.id)
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const stays = labels.find(({ id }) => id === into) ?? largest
  const others = labels.filter(({ id }) => id !== stays.id)

  const merge = async () => {
    setBusy(true)
    try {
      await live.rest('POST', `${kind}/${stays.id}/merge`, { others: others.map(({ id }) => id) })
      notifications.show({ message: t('labels.mergeBegun', { name: stays.name }), closeButtonProps: { 'aria-label': t('close') } })
      refresh('names')
      close()
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t('labels.mergeTitle')}>
      <form className={css.form} onSubmit={(event) => { event.preventDefault(); if (typed.trim() === stays.name) void merge() }}>
        <fieldset className={css.choices}>
          <legend>{t('labels.stays')}</legend>
          {labels.map((label) => (
            <label key={label.id} className={fields.choice}>
              <input type="radio" className={fields.check} name="stays" checked={label.id === stays.id} onChange={() => setInto(label.id)} />{label.name}
            </label>
          ))}
        </fieldset>
        <p>{t('labels.gone', { names: others.map(({ name }) => name).join(', ') })}</p>
        <p className={css.note}>{t('labels.mergeWhy')}</p>
        <Text label={t('labels.typeName', { name: stays.name })} placeholder={t('labels.typeName', { name: stays.name })} value={typed} write={setTyped} data-autofocus />
        {refused && <p role="alert">{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" color="red" loading={busy} disabled={typed.trim() !== stays.name}>{t('labels.doMerge')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
