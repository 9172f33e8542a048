import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled, IconTrash } from '@tabler/icons-react'
import type { Call } from '@shared/types'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState, type CSSProperties } from 'react'
import type { Recording } from '../live/api-types'
import { useMay } from '../live/may'
import { Select } from '../people/fields'
import page from '../settings/settings.module.css'
import { Sure } from '../settings/sure'
import { useTimes } from '../words/times'
import { useWords } from '../words/words'
import { span } from './clock'
import { useRecordings } from './data'
import css from './recordings.module.css'

const PARTS = ['mixed', 'contact', 'agent'] as const
type Part = (typeof PARTS)[number]
const RATES = [1, 1.25, 1.5, 2]

/** What was recorded of a call, each with its waveform; nothing where there is none. */
export function Recordings({ call }: { call: Call }) {
  const { t } = useWords()
  const may = useMay('calls.hear')
  const { data } = useRecordings(call.id, may)
  if (!data?.length) return null
  return (
    <section className={page.part} aria-label={t('calls.recordings')}>
      <h3 className={page.partName}>{t('calls.recordings')}</h3>
      {data.map((each) => <One key={each.id} recording={each} call={call} />)}
    </section>
  )
}

/** The same where what is around it says what it is. */
export function Recorded({ call }: { call: Call }) {
  const { t } = useWords()
  const { data } = useRecordings(call.id, true)
  if (!data) return null
  return data.length ? data.map((each) => <One key={each.id} recording={each} call={call} />) : <p className={page.note}>{t('calls.recording.gone')}</p>
}

function One({ recording, call }: { recording: Recording; call: Call }) {
  const { t } = useWords()
  const times = useTimes()
  const client = useQueryClient()
  const manages = useMay('calls.manage')
  const [leaving, setLeaving] = useState(false)
  if (recording.state !== 'kept') return <p className={page.note} role="status">{t(recording.state === 'running' ? 'calls.recording.running' : 'calls.recording.failed')}</p>
  return (
    <div className={css.recording}>
      <Player recording={recording} />
      <p className={css.more}>
        <span>{times.full(recording.began)}</span>
        {recording.expires && <span>{t('calls.recording.until', { day: times.full(recording.expires) })}</span>}
        {recording.why && <span>{t('calls.recording.notWhole')}</span>}
        {manages && <Button size="compact-xs" variant="subtle" color="red" leftSection={<IconTrash size={14} />} onClick={() => setLeaving(true)}>{t('calls.recording.delete')}</Button>}
      </p>
      {leaving && (
        <Sure title={t('calls.recording.deleteTitle')} why={t('calls.recording.deleteWhat')} path={`call-recordings/${recording.id}`} close={() => setLeaving(false)}
          done={() => void client.invalidateQueries({ queryKey: ['calls', 'recordings', call.id] })} />
      )}
    </div>
  )
}

function Player({ recording: { peaks, seconds, urls, id } }: { recording: Recording }) {
  const { t } = useWords()
  const audio = useRef<HTMLAudioElement>(null)
  const [part, setPart] = useState<Part>(() => PARTS.find((each) => urls[each]) ?? 'mixed')
  const [plays, setPlays] = useState(false)
  const [at, setAt] = useState(0)
  const [rate, setRate] = useState(1)
  const [failed, setFailed] = useState(false)
  const speed = useId()
  // Addresses are made anew with each look, for an hour or two: a player that runs keeps the one that it has.
  const [source] = useState(urls)
  useEffect(() => {
    if (audio.current) audio.current.playbackRate = rate
  }, [rate, part])
  const toggle = () => {
    const sound = audio.current
    if (!sound) return
    setFailed(false)
    if (sound.paused) void sound.play().catch(() => setFailed(true))
    else sound.pause()
  }
  const seek = (to: number) => {
    setAt(to)
    if (audio.current) audio.current.currentTime = to
  }
  return (
    <div className={css.player} role="group" aria-label={t('calls.recording.player')}>
      <audio ref={audio} src={source[part]} preload="none"
        onPlay={() => { setPlays(true); if (audio.current && Math.abs(audio.current.currentTime - at) > 0.5) audio.current.currentTime = at }}
        onPause={() => setPlays(false)} onEnded={() => { setPlays(false); setAt(0) }}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)} onError={() => setFailed(true)} />
      <ActionIcon size={44} radius="xl" aria-label={t(plays ? 'calls.recording.pause' : 'calls.recording.play')} onClick={toggle}>
        {plays ? <IconPlayerPauseFilled size={20} /> : <IconPlayerPlayFilled size={20} />}
      </ActionIcon>
      <div className={css.wave} style={{ '--played': seconds ? Math.min(1, at / seconds) : 0 } as CSSProperties}>
        <Wave peaks={peaks} />
        <input type="range" min={0} max={seconds} step={0.1} value={Math.min(at, seconds)} aria-label={t('calls.recording.place')}
          aria-valuetext={t('calls.recording.at', { at: span(Math.floor(at)), of: span(Math.round(seconds)) })} onChange={(event) => seek(event.currentTarget.valueAsNumber)} />
      </div>
      <span className={css.time}>{span(Math.floor(at))} / {span(Math.round(seconds))}</span>
      <div className={css.choices}>
        {Object.keys(urls).length > 1 && (
          <Select label={t('calls.recording.part')} value={part} pick={(value) => setPart(value as Part)}>
            {PARTS.filter((each) => urls[each]).map((each) => <option key={each} value={each}>{t(`calls.recording.part.${each}`)}</option>)}
          </Select>
        )}
        <label className={css.speed} htmlFor={speed}><span className={css.hidden}>{t('calls.recording.speed')}</span>
          <select id={speed} value={rate} onChange={(event) => setRate(Number(event.currentTarget.value))}>
            {RATES.map((each) => <option key={each} value={each}>{each}×</option>)}
          </select>
        </label>
        <Tooltip label={t('calls.recording.download')}>
          <ActionIcon size={36} variant="subtle" color="gray" component="a" href={source[part]} download={`call-${id}-${part}.ogg`} aria-label={t('calls.recording.download')}><IconDownload size={18} /></ActionIcon>
        </Tooltip>
      </div>
      {failed && <p className={css.failed} role="alert">{t('calls.recording.unplayed')}</p>}
    </div>
  )
}

/** Bars of a waveform; what was played is darker. */
function Wave({ peaks }: { peaks: number[] }) {
  const bars = inBars(peaks)
  const path = bars.map((peak, index) => `M${index * 3 + 1} ${20 - peak * 18}V${20 + peak * 18}`).join('')
  return (
    <svg viewBox={`0 0 ${bars.length * 3} 40`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} className={css.bars} vectorEffect="non-scaling-stroke" />
      <path d={path} className={css.played} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}

const BARS = 120

/** The loudest of each stretch, the loudest of all being 1: whoever speaks softly is seen, too. */
function inBars(peaks: number[]): number[] {
  const loudest = Math.max(...peaks, 1)
  const step = Math.max(1, peaks.length / BARS)
  const count = Math.max(1, Math.min(BARS, peaks.length))
  return Array.from({ length: count }, (_, index) => Math.max(0.03, Math.max(0, ...peaks.slice(Math.floor(index * step), Math.ceil((index + 1) * step))) / loudest))
}
