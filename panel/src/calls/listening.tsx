import { Button } from '@mantine/core'
import { IconEar, IconEarOff } from '@tabler/icons-react'
import type { Call } from '@shared/types'
import { useEffect, useRef, useState } from 'react'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import page from '../settings/settings.module.css'
import { useWords } from '../words/words'
import css from './calls.module.css'
import { Listener, type Hearing } from './listener'
import { Heard } from './picture'
import { trouble } from './trouble'

/** A supervisor listens to a call that goes on. Whoever talks reads it in the history; nobody hears who listens. */
export function Listening({ call }: { call: Call }) {
  const { t } = useWords()
  const live = useLive()
  const may = useMay('calls.listen')
  const me = useFact((state) => state.session?.agent.id)
  const [hearing, setHearing] = useState<Hearing>()
  const [failed, setFailed] = useState<unknown>(null)
  const [heard, setHeard] = useState<{ stream: MediaStream | null; tracks: number }>({ stream: null, tracks: 0 })
  const listener = useRef<Listener>(undefined)
  useEffect(() => () => { listener.current?.stop(); listener.current = undefined }, [call.id])
  const stop = () => {
    listener.current?.stop()
    listener.current = undefined
    setHearing(undefined)
  }
  const start = async () => {
    setFailed(null)
    setHearing('connecting')
    const begun = (listener.current = new Listener(live, call.id, (stream) => setHeard({ stream, tracks: Date.now() }), setHearing))
    try {
      await begun.start()
    } catch (error) {
      stop()
      setFailed(error)
    }
  }
  if (!may || call.state !== 'talking' || call.agent?.id === me) return null
  const on = hearing === 'connecting' || hearing === 'on'
  return (
    <section className={page.part} aria-label={t('calls.listening')}>
      <p className={page.note}>{t('calls.listenWhy')}</p>
      <span className={css.filters}>
        <Button variant={on ? 'filled' : 'default'} leftSection={on ? <IconEarOff size={18} /> : <IconEar size={18} />} onClick={() => (on ? stop() : void start())}>{t(on ? 'calls.listenStop' : 'calls.listen')}</Button>
        <span role="status">{hearing && t(`calls.hearing.${hearing}`)}</span>
      </span>
      {failed !== null && <p className={css.failed} role="alert">{trouble(failed, t)}</p>}
      <Heard {...heard} />
    </section>
  )
}
