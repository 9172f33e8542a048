import { Button } from '@mantine/core'
import { openMicrophone, letGo } from '@shared/calls/devices'
import { useEffect, useState } from 'react'
import { Dialog } from '../parts/dialog'
import { Select } from '../people/fields'
import { useWords } from '../words/words'
import css from './calls.module.css'
import { canChooseSpeaker, choose, devices, useDevices, type Device } from './devices'
import { Meter } from './meter'
import { play } from './ring'
import { trouble } from './trouble'

/** Milliseconds of ringing by which one hears whether it is the right device. */
const TRIAL = 2_000

/** With which devices one speaks, hears, and is rung: at once where there is a call, and this browser remembers them. */
export function DeviceChoice({ close }: { close: () => void }) {
  const { t } = useWords()
  const [chosen, setChosen] = useState(devices)
  const [own, setOwn] = useState<MediaStream | null>(null)
  const [failed, setFailed] = useState<unknown>(null)
  const { inputs, outputs } = useDevices(own !== null)
  useEffect(() => {
    let gone = false
    let opened: MediaStream | undefined
    openMicrophone(chosen.microphone).then((stream) => {
      opened = stream
      if (gone) letGo(stream)
      else setOwn(stream)
    }, (error: unknown) => !gone && setFailed(error))
    return () => {
      gone = true
      setOwn(null)
      setFailed(null)
      letGo(opened)
    }
  }, [chosen.microphone])
  const pick = (device: Device) => (id: string) => {
    choose(device, id)
    setChosen(devices())
  }
  const field = (device: Device, found: MediaDeviceInfo[]) => (
    <div className={css.field}>
      <span aria-hidden="true">{t(`calls.device.${device}`)}</span>
      <Select className={css.choice} label={t(`calls.device.${device}`)} value={found.some(({ deviceId }) => deviceId === chosen[device]) ? chosen[device] : ''} pick={pick(device)}>
        <option value="">{t('calls.device.usual')}</option>
        {found.map(({ deviceId, label }, index) => <option key={deviceId} value={deviceId}>{label || t('calls.device.nameless', { n: index + 1 })}</option>)}
      </Select>
    </div>
  )
  return (
    <Dialog opened onClose={close} title={t('calls.devices')}>
      <div className={css.form}>
        {field('microphone', inputs)}
        {failed === null ? <div className={css.meters}><span className={css.more}>{t('calls.levelTry')}</span><Meter stream={own} label={t('calls.levelOwn')} /></div> : <p className={css.failed} role="alert">{trouble(failed, t)}</p>}
        {canChooseSpeaker && field('speaker', outputs)}
        {canChooseSpeaker && field('ring', outputs)}
        {!canChooseSpeaker && <p className={css.more}>{t('calls.device.noSpeaker')}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={() => setTimeout(play(), TRIAL)}>{t('calls.device.try')}</Button>
          <Button onClick={close}>{t('calls.done')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
