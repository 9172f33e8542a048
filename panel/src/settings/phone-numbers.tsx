import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { PhoneAccount, PhoneNumber, PhoneSetting } from '../live/api-types'
import { useLive } from '../live/context'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { BuyNumber } from './phone-buy'
import { TITLES, asRings, ringsOf, spaced, useMoney, useNumbers, usePhoneChanged } from './phone-data'
import { OwnNumbers } from './phone-own'
import { ReleaseNumber } from './phone-release'
import { RingsSelect } from './phone-rings'
import own from './phone.module.css'
import css from './settings.module.css'

/** The numbers, with what they cost and what an incoming call does. */
export function Numbers({ setting, account }: { setting: PhoneSetting; account: PhoneAccount }) {
  const { t } = useWords()
  const { data } = useNumbers()
  const [dialog, setDialog] = useState<'buy' | 'own'>()
  const [leaving, setLeaving] = useState<PhoneNumber>()
  const numbers = data?.numbers ?? []
  const buy = <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog('buy')}>{t('phone.buy')}</Button>
  const take = <Button variant="default" onClick={() => setDialog('own')}>{t('phone.own')}</Button>
  return (
    <section className={own.section} aria-labelledby="phone-numbers">
      <div className={own.head}>
        <h3 id="phone-numbers" className={css.partName}>{t('phone.numbers')}</h3>
        {numbers.length > 0 && <span className={own.acts}>{take}{buy}</span>}
      </div>
      {data && numbers.length === 0 && (
        <div className={css.empty}>
          <h4 className={css.emptyTitle}>{t('phone.noNumbers')}</h4>
          <p>{t('phone.noNumbersNext')}</p>
          <span className={own.acts}>{buy}{take}</span>
        </div>
      )}
      {numbers.length > 0 && (
        <ul className={css.rows} aria-label={t('phone.numbers')}>
          {numbers.map((number) => <Row key={number.id} of={number} leave={() => setLeaving(number)} />)}
        </ul>
      )}
      {dialog === 'buy' && <BuyNumber setting={setting} account={account} close={() => setDialog(undefined)} />}
      {dialog === 'own' && <OwnNumbers title={TITLES[account.provider]!} close={() => setDialog(undefined)} />}
      {leaving && <ReleaseNumber of={leaving} title={TITLES[account.provider]!} close={() => setLeaving(undefined)} />}
    </section>
  )
}

function Row({ of, leave }: { of: PhoneNumber; leave: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const money = useMoney()
  const changed = usePhoneChanged()
  const called = of.name || spaced(of.number)
  const change = async (chosen: string) => {
    try {
      await live.rest('PATCH', `phone-numbers/${of.id}`, asRings(chosen))
    } catch (error) {
      tellFailed(t, refusal(error, t))
    }
    await changed()
  }
  const facts = [
    of.name && spaced(of.number), of.monthly && t('phone.monthly', { price: money(of.monthly) }),
    !of.abilities.includes('sms') && of.state === 'ready' && t('phone.noSms'),
  ].filter(Boolean)
  return (
    <li className={`${css.row} ${own.row}`}>
      <span className={css.lines}>
        <strong className={own.number}>{called}</strong>
        <span className={css.more}>{facts.join(' · ')}</span>
        {of.state !== 'ready' && <span className={css.more} role="status">{t(`phone.state.${of.state}`)}</span>}
      </span>
      <label className={own.rings}>
        <span className={css.says}>{t('phone.rings')}</span>
        <RingsSelect value={ringsOf(of)} change={(chosen) => void change(chosen)} label={t('phone.ringsOf', { number: called })} />
      </label>
      <Button size="compact-md" variant="default" onClick={leave} aria-label={t('phone.releaseOf', { number: called })}>{t('phone.release')}</Button>
    </li>
  )
}
