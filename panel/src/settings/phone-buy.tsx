import { Button, NativeSelect, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useRef, useState, type FormEvent, type Ref } from 'react'
import type { PhoneAccount, PhoneNumber, PhoneOffer, PhoneOffers, PhoneSetting } from '../live/api-types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { TITLES, spaced, useCountries, useMoney, usePhoneChanged } from './phone-data'
import { Confirm } from './phone-confirm'
import own from './phone.module.css'
import css from './settings.module.css'

const KINDS = ['local', 'mobile', 'toll_free'] as const

type Props = { setting: PhoneSetting; account: PhoneAccount; close: () => void }

/** A number is looked for, chosen with its price, and bought after a second look at both. */
export function BuyNumber({ setting, account, close }: Props) {
  const { t } = useWords()
  const live = useLive()
  const changed = usePhoneChanged()
  const countries = useCountries(setting.countries)
  const title = TITLES[account.provider]!
  const [country, setCountry] = useState(account.country)
  const [kind, setKind] = useState<(typeof KINDS)[number]>('local')
  const [digits, setDigits] = useState('')
  const [offers, setOffers] = useState<PhoneOffer[]>()
  const [chosen, setChosen] = useState<PhoneOffer>()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const back = useRef<HTMLButtonElement>(null)
  const last = useRef<string>(undefined)
  // Whoever steps back is where they chose, not at the beginning.
  useEffect(() => {
    if (!chosen) back.current?.focus()
  }, [chosen])
  const doing = async (work: () => Promise<void>) => {
    setBusy(true)
    setRefused('')
    try {
      await work()
    } catch (error) {
      setRefused(refusal(error, t))
    }
    setBusy(false)
  }
  const search = (event: FormEvent) => {
    event.preventDefault()
    void doing(async () => {
      setOffers(undefined)
      const asked = new URLSearchParams({ country, kind, contains: digits.replace(/\D/g, '') })
      setOffers((await live.rest<PhoneOffers>('GET', `phone-numbers/search?${asked}`)).offers)
    })
  }
  const buy = (name: string, rings: object) => void doing(async () => {
    try {
      const bought = await live.rest<PhoneNumber>('POST', 'phone-numbers', { offer: chosen!.offer, name, ...rings })
      notifications.show({ withBorder: true, message: t('phone.bought', { number: spaced(bought.number) }), closeButtonProps: { 'aria-label': t('close') } })
      close()
    } finally {
      void changed() // one whose answer was lost stands in the list, too
    }
  })
  return (
    <Dialog opened onClose={close} size="lg" title={chosen ? t('phone.confirm', { number: spaced(chosen.number) }) : t('phone.buyTitle')}>
      {chosen
        ? <Confirm offer={chosen} title={title} busy={busy} refused={refused} buy={buy} back={() => { setChosen(undefined); setRefused('') }} />
        : (
          <div className={css.form}>
            <form className={own.search} onSubmit={search} role="search" aria-label={t('phone.buyTitle')}>
              <NativeSelect label={t('phone.searchCountry')} value={country} onChange={(event) => setCountry(event.currentTarget.value)} data={countries} data-autofocus />
              <NativeSelect label={t('phone.kind')} value={kind} onChange={(event) => setKind(event.currentTarget.value as typeof kind)} data={KINDS.map((each) => ({ value: each, label: t(`phone.kind.${each}`) }))} />
              <TextInput label={t('phone.digits')} value={digits} onChange={(event) => setDigits(event.currentTarget.value)} inputMode="numeric" maxLength={12} />
              <Button type="submit" loading={busy}>{t('phone.search')}</Button>
            </form>
            <p className={own.live} role="status">{offers && (offers.length ? t('phone.found', { n: offers.length }) : t('phone.foundNone', { title }))}</p>
            {offers && offers.length > 0 && (
              <ul className={`${css.rows} ${own.offers}`} aria-label={t('phone.offers')}>
                {offers.map((offer) => (
                  <Offered key={offer.number} of={offer} choose={() => { last.current = offer.number; setChosen(offer) }} where={last.current === offer.number ? back : undefined} />
                ))}
              </ul>
            )}
            {refused && <p role="alert" className={own.bad}>{refused}</p>}
          </div>
        )}
    </Dialog>
  )
}

function Offered({ of, choose, where }: { of: PhoneOffer; choose: () => void; where?: Ref<HTMLButtonElement> }) {
  const { t } = useWords()
  const money = useMoney()
  const facts = [of.place, of.abilities.map((each) => t(`phone.can.${each}`)).join(', '), of.papers && t(`phone.papers.${of.papers}`)].filter(Boolean)
  return (
    <li className={`${css.row} ${own.offer}`}>
      <span className={css.lines}>
        <strong className={own.number}>{spaced(of.number)}</strong>
        <span className={css.more}>{facts.join(' · ')}</span>
      </span>
      <span className={own.price}>{of.monthly ? t('phone.monthly', { price: money(of.monthly) }) : t('phone.noPrice')}</span>
      <Button ref={where} size="compact-md" variant="default" onClick={choose} aria-label={t('phone.chooseOf', { number: spaced(of.number) })}>{t('phone.choose')}</Button>
    </li>
  )
}
