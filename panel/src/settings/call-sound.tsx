import { ActionIcon, Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlayerPlayFilled, IconPlayerStopFilled, IconUpload } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { span } from '../calls/clock'
import type { CallSound } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { send } from '../live/transfer'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './call-sound.module.css'
import { Sure } from './sure'

const SOUNDS = ['call-sounds']
const TAKEN = 'audio/*,.mp3,.wav,.ogg,.oga,.opus,.flac,.m4a,.aac,.aiff,.webm'
/** In bytes; a server that refuses a file in the middle of it can't say why. */
const LARGEST = 10 * 1024 * 1024

/** What calls play for something: heard here, replaced by a file of one's own, or by what comes along again. */
export function CallSoundRow({ kind, may }: { kind: CallSound['kind']; may: boolean }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const picker = useRef<HTMLInputElement>(null)
  const upload = useRef<HTMLButtonElement>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const [leaving, setLeaving] = useState(false)
  const { data } = useQuery({ queryKey: SOUNDS, queryFn: ({ signal }) => live.rest<CallSound[]>('GET', 'call-sounds', undefined, signal), enabled: online, staleTime: 60_000 })
  const sound = data?.find((each) => each.kind === kind)
  if (!sound) return null
  const changed = (said: string) => {
    void queries.invalidateQueries({ queryKey: SOUNDS })
    notifications.show({ withBorder: true, message: said, closeButtonProps: { 'aria-label': t('close') } })
  }
  const take = async (file: File | undefined) => {
    if (!file) return
    setProblem('')
    if (file.size > LARGEST) return setProblem(refusal(new RestError(413, 'attachment_too_large', '', { reason: 'sound', most: LARGEST / 1024 / 1024 }), t))
    setBusy(true)
    try {
      await send<CallSound>(live.token, `call-sounds/${kind}?${new URLSearchParams({ name: file.name })}`, file, { method: 'PUT' })
      changed(t('calls.own.saved'))
    } catch (error) {
      setProblem(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  const name = sound.own ? sound.name || t('calls.own.nameless') : t('calls.own.builtIn')
  return (
    <div className={css.sound} role="group" aria-label={t(`calls.own.${kind}`)}>
      <Listen key={sound.url.split('?')[0]} url={sound.url} unplayed={() => setProblem(t('calls.own.unplayed'))} />
      <span className={css.lines}>
        <span className={css.name}>{name}{sound.seconds !== null && <span className={css.length}> {span(Math.max(1, Math.round(sound.seconds)))}</span>}</span>
        <span className={css.more}>{t(`calls.own.${kind}.what`, { most: sound.longest })}</span>
      </span>
      {may && (
        <span className={css.acts}>
          <Button ref={upload} size="compact-md" variant="default" loading={busy} leftSection={<IconUpload size={16} />} onClick={() => picker.current?.click()}>{t(sound.own ? 'calls.own.replace' : 'calls.own.upload')}</Button>
          {sound.own && <Button size="compact-md" variant="subtle" color="gray" onClick={() => setLeaving(true)}>{t('calls.own.remove')}</Button>}
          <input ref={picker} type="file" hidden accept={TAKEN} aria-label={t('calls.own.upload')} onChange={(event) => {
            void take(event.currentTarget.files?.[0])
            event.currentTarget.value = ''
          }} />
        </span>
      )}
      {problem && <p className={css.problem} role="alert">{problem}</p>}
      {leaving && (
        <Sure title={t('calls.own.removeTitle')} why={t('calls.own.removeWhat', { name })} path={`call-sounds/${kind}`} close={() => setLeaving(false)}
          done={() => { setProblem(''); changed(t('calls.own.removed')); upload.current?.focus() }} />
      )}
    </div>
  )
}

/** Plays a sound, and stops it. */
function Listen({ url, unplayed }: { url: string; unplayed: () => void }) {
  const { t } = useWords()
  const audio = useRef<HTMLAudioElement>(null)
  const [plays, setPlays] = useState(false)
  const toggle = () => {
    const sound = audio.current
    if (!sound) return
    if (sound.paused) return void sound.play().catch(unplayed)
    sound.pause()
    sound.currentTime = 0
  }
  return (
    <>
      <audio ref={audio} src={url} preload="none" onPlay={() => setPlays(true)} onPause={() => setPlays(false)} onEnded={() => setPlays(false)} />
      <ActionIcon size={36} radius="xl" variant="default" aria-label={t(plays ? 'calls.own.stop' : 'calls.own.listen')} onClick={toggle}>
        {plays ? <IconPlayerStopFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
      </ActionIcon>
    </>
  )
}
