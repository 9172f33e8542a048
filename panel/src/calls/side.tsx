import { useDidUpdate, useMediaQuery } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { notifications } from '@mantine/notifications'
import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { useActions } from '../frame/actions'
import { useNavigate } from 'react-router'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { useFocusBack } from '../parts/focus-back'
import { fold } from '../theme'
import { useWords } from '../words/words'
import { AskMicrophone } from './ask-microphone'
import { Bar } from './bar'
import css from './calls.module.css'
import { DeviceChoice } from './device-choice'
import { useChosen, willAsk } from './devices'
import { onDial, type Callee } from './dial'
import { Elsewhere } from './elsewhere'
import CallsEntry from './entry'
import { Incoming } from './incoming'
import { LeftNotes } from './left-notes'
import { Over } from './over'
import { Phone } from './phone'
import { Heard } from './picture'
import { useSpoken } from './spoken'
import { trouble } from './trouble'
import { useRinging } from './ringing'
import { useCalls, usePhone } from './use-phone'

/** The telephone, on every screen: what rings, the call that goes on, and what came out of it. */
export default function Side() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [phone] = useState(() => new Phone(live))
  const { mine, over, failed, handed, busy } = usePhone(phone)
  const { rings, elsewhere } = useCalls(mine?.call.id)
  const [asked, setAsked] = useState<Callee>()
  const [choosing, setChoosing] = useState(false)
  const microphone = useChosen('microphone')
  const navigate = useNavigate()
  const may = useMay('calls.read')
  const talks = useMay('calls.talk')
  const on = useFact(({ session }) => session?.calls !== undefined)
  const shown = on && may
  const [ringing] = mine ? [] : rings
  const rail = useRail()
  useEffect(() => phone.start(), [phone])
  useDidUpdate(() => void phone.changeMicrophone(), [microphone])
  useEffect(() => live.hear({ call: () => void queries.invalidateQueries({ queryKey: ['calls'] }) }), [live, queries])
  useEffect(() => onDial((whom) => void willAsk().then((asks) => (asks ? setAsked(whom) : phone.call(whom)))), [phone])
  useRinging(ringing)
  useFocusBack(ringing !== undefined || mine !== null || over !== null)
  useEffect(() => {
    if (!handed) return
    notifications.show({ withBorder: true, message: t('calls.handedTo', { name: handed }), closeButtonProps: { 'aria-label': t('close') } })
    phone.forget('handed')
  }, [handed, phone, t])
  // What failed with a call on the screen is said there; where there is none, here.
  useEffect(() => {
    if (failed === null || mine || ringing) return
    notifications.show({ color: 'red', withBorder: true, message: trouble(failed, t), closeButtonProps: { 'aria-label': t('close') } })
    phone.forget('failed')
  }, [failed, mine, ringing, phone, t])
  useActions(shown ? [{ id: 'calls', label: t('calls.open'), keys: 'g t', group: t('keys.everywhere'), run: () => void navigate('/calls') }] : [])
  useActions((on && talks) || mine ? [{ id: 'call devices', label: t('calls.devices'), group: t('calls.keys'), run: () => setChoosing(true) }] : [])
  useActions(ringing && !busy ? [
    { id: 'call take', label: t('calls.accept'), keys: 'Mod+J', group: t('calls.keys'), run: () => void phone.answer(ringing) },
    { id: 'call decline', label: t('calls.decline'), keys: 'Mod+E', group: t('calls.keys'), run: () => void phone.decline(ringing) },
  ] : [])
  return (
    <>
      <div className={css.spoken} aria-live="assertive" data-calls-said>{useSpoken(ringing, mine, over)}</div>
      {rail && createPortal(<CallsEntry />, rail)}
      {ringing && <Incoming key={ringing.id} call={ringing} phone={phone} more={rings.length - 1} />}
      {mine && <Bar key={mine.call.id} phone={phone} mine={mine} devices={() => setChoosing(true)} />}
      {mine && <Heard stream={mine.heard} tracks={mine.tracks} />}
      {!mine && elsewhere[0] && <Elsewhere call={elsewhere[0]} phone={phone} />}
      {!mine && over && <Over key={over.id} call={over} phone={phone} />}
      <LeftNotes notes={phone.notes} shown={mine?.call.id ?? over?.id} />
      {choosing && <DeviceChoice close={() => setChoosing(false)} />}
      {asked && <AskMicrophone name={asked.contact.name} close={() => setAsked(undefined)} go={() => { setAsked(undefined); void phone.call(asked) }} />}
    </>
  )
}

/** The place for what comes later in the rail; on a phone there is none. */
function useRail(): Element | null {
  const phone = useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false })
  const [rail, setRail] = useState<Element | null>(null)
  useEffect(() => setRail(document.getElementById('rail-later')), [phone])
  return rail
}
