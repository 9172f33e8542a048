import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertCircle, IconBell, IconClock, IconDeviceMobileMessage, IconMail, IconMailOff } from '@tabler/icons-react'
import type { ChatDelivery } from '@shared/types'
import { useState } from 'react'
import { useFact, useLive } from '../live/context'
import { useTimes } from '../words/times'
import { useWords, type Key } from '../words/words'
import css from './letters.module.css'

const KNOWN = new Set(['', 'again', 'read', 'answered', 'switched_off', 'no_address', 'not_set_up', 'channel_away', 'refused', 'quiet', 'no_way'])
const OF_TEXTS = new Set([
  'no_address', 'not_set_up', 'channel_away', 'refused', 'sms_country', 'sms_premium', 'sms_money', 'sms_key', 'sms_forbidden', 'sms_number', 'sms_limit',
  'sms_length', 'sms_empty', 'sms_off', 'sms_blocked', 'sms_nobody', 'sms_landline', 'sms_filtered', 'sms_failed',
])
const ICONS = { push: IconBell, sms: IconDeviceMobileMessage, email: IconMail }
const BAD = new Set(['refused', 'failed', 'unreachable'])

/** What became of a letter, in a line, with what the other side said below it, and sending it again where that helps. */
export function Letter({ of }: { of: ChatDelivery }) {
  const { t } = useWords()
  const times = useTimes()
  const agents = useFact((state) => state.agents)
  const [busy, setBusy] = useState(false)
  const live = useLive()
  const again = async () => {
    setBusy(true)
    try {
      await live.rest('POST', `deliveries/${of.id}/again`, {})
      notifications.show({ message: t('letters.againDone'), closeButtonProps: { 'aria-label': t('close') } })
    } catch {
      notifications.show({ message: t('letters.againLate'), color: 'red', closeButtonProps: { 'aria-label': t('close') } })
    } finally {
      setBusy(false)
    }
  }
  const channel = of.channel === 'push' || of.channel === 'sms' ? of.channel : 'email'
  const why = t((channel === 'sms' && OF_TEXTS.has(of.why) ? `letters.sms.${of.why.replace('sms_', '')}` : `letters.why.${KNOWN.has(of.why) ? of.why : 'other'}`) as Key)
  const when = times.clock(of.updated)
  const agent = of.to.kind === 'agent' ? agents.find(({ id }) => id === of.to.id)?.name : undefined
  const text = agent && of.state === 'sent' ? t('letters.toAgent', { name: agent, how: `${t(`letters.channel.${channel}`)}, ${when}` })
    : of.state === 'delivered' ? t('letters.delivered', { when })
    : of.state === 'sent' ? t(`letters.${channel}.sent`, { when })
    : of.state === 'failed' && channel === 'sms' ? t('letters.undelivered', { why })
    : of.state === 'unreachable' ? t('letters.unreachable', { name: of.name })
    : `${agent ? `${agent}: ` : ''}${t(`letters.${of.state}`, { why })}`
  const Icon = of.state === 'waiting' ? IconClock : of.state === 'unreachable' ? IconMailOff : BAD.has(of.state) ? IconAlertCircle : ICONS[channel]
  const more = [
    of.said && t('letters.said', { said: of.said }), of.tries > 1 && t('letters.tries', { n: of.tries }),
    of.seen && t('letters.seen', { when: times.clock(of.seen) }), of.clicked && t('letters.clicked', { when: times.clock(of.clicked) }),
  ].filter(Boolean)
  const resend = of.state === 'waiting' || of.state === 'refused' || of.state === 'failed'
  return (
    <div className={css.letter} data-bad={BAD.has(of.state) || undefined} title={times.full(of.updated)}>
      <Icon size={14} stroke={1.8} aria-hidden="true" />
      <span className={css.words}>
        <span>{text}</span>
        {more.map((one) => <span key={String(one)} className={css.more}>{one}</span>)}
      </span>
      {resend && <Button size="compact-xs" variant="subtle" loading={busy} onClick={() => void again()}>{t('letters.again')}</Button>}
    </div>
  )
}
