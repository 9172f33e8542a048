import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconDialpad, IconMicrophone, IconMicrophoneOff, IconNote, IconPhoneOff, IconPhoneOutgoing, IconPlayerPause, IconPlayerPlayFilled, IconPlayerRecord, IconPlayerRecordFilled, IconEar, type Icon } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { useActions } from '../frame/actions'
import { useMay } from '../live/may'
import { Face } from '../parts/face'
import { Keys } from '../parts/keys'
import { useWords, type Key } from '../words/words'
import css from './calls.module.css'
import { Clock } from './clock'
import { HandOver } from './hand-over'
import { Keypad } from './keypad'
import { Meter } from './meter'
import { NoteField } from './note-field'
import type { Phone } from './phone'
import type { Mine } from './phone-state'
import { Picture } from './picture'
import { muting, standing, taping } from './standing'
import { trouble } from './trouble'
import { usePhone } from './use-phone'

type Opened = 'note' | 'keypad' | 'handOver'

/** The call of this window, above every screen: with whom, for how long, how it sounds, and what can be done with it. */
export function Bar({ phone, mine, devices }: { phone: Phone; mine: Mine; devices: () => void }) {
  const { t } = useWords()
  const { failed, busy } = usePhone(phone)
  const [opened, setOpened] = useState<Opened>()
  const bar = useRef<HTMLElement>(null)
  const mayHand = useMay('calls.take')
  const { call, phase } = mine
  const { id = 0, name = '' } = call.contact ?? {}
  const held = call.held.includes('agent')
  const muted = call.muted.includes('agent')
  const { consult } = call
  /** A colleague has asked this agent beside the call: it is not this agent's. */
  const asked = consult?.leg === mine.leg
  const asks = consult && !asked ? consult : null
  const talks = call.state === 'talking' && !asked
  const tape = call.recording === 'on' ? 'calls.recordPause' : call.recording ? 'calls.recordOn' : 'calls.record'
  const record = () => void phone.record(call.recording === 'on' ? 'paused' : 'on')
  const toggle = (what: Opened) => setOpened((now) => (now === what ? undefined : what))
  useEffect(() => {
    // Whoever pressed a button that is gone goes on here.
    const { activeElement } = document
    if (!activeElement || activeElement === document.body) bar.current?.querySelector('button')?.focus({ preventScroll: true })
  }, [])

  const group = t('calls.keys')
  useActions([
    { id: 'call bar', label: t('calls.toBar'), keys: 'Mod+J', group, run: () => bar.current?.querySelector('button')?.focus() },
    { id: 'call end', label: t('calls.hangUp'), keys: 'Mod+E', group, run: () => void phone.hangUp() },
    ...(talks ? [
      { id: 'call mute', label: t(muted ? 'calls.unmute' : 'calls.mute'), keys: 'Mod+D', group, run: () => void phone.mute(!muted) },
      { id: 'call hold', label: t(held ? 'calls.resume' : 'calls.hold'), group, run: () => void phone.hold(!held) },
      { id: 'call note', label: t('calls.note'), group, run: () => setOpened('note') },
      ...(mayHand ? [{ id: 'call record', label: t(tape), group, run: record }, { id: 'call hand over', label: t('calls.handOver'), group, run: () => setOpened('handOver') }] : []),
    ] : []),
  ])

  const tool = (label: Key, Sign: Icon, act: () => void, more: { keys?: string; pressed?: boolean; expanded?: boolean; off?: boolean } = {}) => (
    <Tooltip label={<>{t(label)} {more.keys && <Keys keys={more.keys} />}</>}>
      <ActionIcon size={36} className={css.tool} aria-label={t(label)} aria-pressed={more.pressed} aria-expanded={more.expanded} disabled={more.off} onClick={act}><Sign size={20} stroke={1.7} /></ActionIcon>
    </Tooltip>
  )
  return (
    <>
      <section ref={bar} className={css.bar} aria-label={t('calls.barLabel', { name })} data-phase={phase} data-held={call.held.length > 0 || undefined}>
        <div className={css.talk}>
          <Face id={id} name={name} />
          <div className={css.who}>
            <Link className={css.name} to={call.conversation ? `/inbox/open/${call.conversation}` : `/person/${id}`}>{name}</Link>
            <span className={css.state}>
              {talks && call.answered && <Clock since={call.answered} />}
              <span>{standing(mine, t)}</span>
              {call.recording && <span className={css.tape}>{taping(mine, t)}</span>}
              {call.muted.includes('contact') && <span>{muting(mine, t)}</span>}
              {phase === 'talking' && mine.sound && call.held.length === 0 && <span>{t(`calls.sound.${mine.sound}`)}</span>}
            </span>
          </div>
        </div>
        {talks && (
          <div className={css.meters}>
            <span><IconMicrophone size={14} aria-hidden="true" /><Meter stream={mine.microphone} label={t('calls.levelOwn')} /></span>
            <span><IconEar size={14} aria-hidden="true" /><Meter stream={mine.heard} tracks={mine.tracks} label={t('calls.levelOther', { name })} /></span>
          </div>
        )}
        <div className={css.tools} role="toolbar" aria-label={t('calls.tools')}>
          {phase === 'failed' && <Button size="compact-md" variant="default" onClick={phone.restart}>{t('retry')}</Button>}
          {talks && tool(muted ? 'calls.unmute' : 'calls.mute', muted ? IconMicrophoneOff : IconMicrophone, () => void phone.mute(!muted), { keys: 'Mod+D', pressed: muted })}
          {talks && !asks && tool(held ? 'calls.resume' : 'calls.hold', held ? IconPlayerPlayFilled : IconPlayerPause, () => void phone.hold(!held), { pressed: held, off: busy })}
          {talks && !asks && mayHand && tool(tape, call.recording === 'on' ? IconPlayerRecordFilled : IconPlayerRecord, record, { pressed: call.recording === 'on', off: busy })}
          {asks && <Button size="compact-md" variant="default" loading={busy} onClick={() => void phone.consult(null)}>{t('calls.backTo', { name })}</Button>}
          {asks?.leg && <Button size="compact-md" loading={busy} onClick={() => void phone.join(asks)}>{t('calls.joinTo', { name: asks.name })}</Button>}
          {talks && !asks && mayHand && tool('calls.handOver', IconPhoneOutgoing, () => setOpened('handOver'))}
          {talks && call.phone && tool('calls.keypad', IconDialpad, () => toggle('keypad'), { expanded: opened === 'keypad' })}
          {talks && tool('calls.note', IconNote, () => toggle('note'), { expanded: opened === 'note' })}
          {tool('calls.devices', IconAdjustmentsHorizontal, devices)}
          <Button color="red" variant="filled" leftSection={<IconPhoneOff size={18} />} onClick={() => void phone.hangUp()}>{t('calls.hangUp')}</Button>
        </div>
        {failed !== null && <span className={css.failed} role="alert">{trouble(failed, t)}</span>}
      </section>
      {opened === 'note' && <div className={css.under}><NoteField notes={phone.notes} call={call} opened close={() => setOpened(undefined)} /></div>}
      {opened === 'keypad' && <div className={css.under}><Keypad press={phone.press} close={() => setOpened(undefined)} /></div>}
      <Picture mine={mine} />
      {opened === 'handOver' && <HandOver phone={phone} close={() => setOpened(undefined)} />}
    </>
  )
}
