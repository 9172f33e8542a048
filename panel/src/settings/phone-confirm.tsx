import { Button, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { PhoneOffer } from '../live/api-types'
import { useWords } from '../words/words'
import { asRings, useMoney } from './phone-data'
import { RingsSelect } from './phone-rings'
import own from './phone.module.css'
import css from './settings.module.css'

type Props = { offer: PhoneOffer; title: string; busy: boolean; refused: string; buy: (name: string, rings: object) => void; back: () => void }

/** The second look: which number, at what price, who is paid, and what it is to do. */
export function Confirm({ offer, title, busy, refused, buy, back }: Props) {
  const { t } = useWords()
  const money = useMoney()
  const [name, setName] = useState('')
  const [rings, setRings] = useState('everyone')
  const price = offer.monthly && money(offer.monthly)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) buy(name.trim(), asRings(rings))
  }
  return (
    <form className={css.form} onSubmit={submit}>
      <p>
        {price ? t('phone.costs', { price, title }) : t('phone.costsUnknown', { title })}
        {offer.setup && Number(offer.setup.amount) > 0 && <> {t('phone.once', { price: money(offer.setup) })}</>}
      </p>
      {offer.papers && <p className={css.note}>{t(`phone.papersWhy.${offer.papers}`, { title })}</p>}
      <TextInput label={t('phone.name')} description={t('phone.nameWhy')} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={60} data-autofocus />
      <label className={own.field}><span className={css.legend}>{t('phone.ringsWhat')}</span><RingsSelect value={rings} change={setRings} /></label>
      {refused && <p role="alert" className={own.bad}>{refused}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={back} disabled={busy}>{t('phone.back')}</Button>
        <Button type="submit" loading={busy}>{price ? t('phone.buyFor', { price }) : t('phone.buyNow')}</Button>
      </div>
    </form>
  )
}
