import { useEffect } from 'react'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import { useWords } from '../words/words'
import { STATES, useMine, useMyState, useSay } from './data'

const TOUCHES = ['pointerdown', 'keydown', 'wheel', 'touchstart', 'pointermove'] as const
const KEPT = 'sb-touched'
/** All tabs of a browser share the moment of the last touch; it is written at most so often. */
const WRITE_EVERY = 5_000
const LOOK_EVERY = 5_000

/** Beside the screen: the states in the palette, and away by itself when nobody touches any tab for the chosen minutes. */
export default function Side() {
  const { t } = useWords()
  const say = useSay()
  const state = useMyState()
  useActions(STATES.filter((one) => one !== state).map((one) => ({
    id: `availability ${one}`, label: t(`availability.be.${one}`), group: t('availability.title'), run: () => say(one),
  })))
  useIdleness()
  return null
}

function useIdleness(): void {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data } = useMine()
  const idle = data?.idle ?? null
  const away = data?.why === 'idle'
  useEffect(() => {
    if (!idle || !online) return
    let told: boolean | undefined = away
    let written = 0
    const tell = (asleep: boolean) => {
      if (told === asleep) return
      told = asleep
      void live.rest('PUT', 'me/availability/idle', { idle: asleep }).catch(() => { told = undefined })
    }
    const touched = () => {
      const now = Date.now()
      if (now - written > WRITE_EVERY) localStorage.setItem(KEPT, String(written = now))
      tell(false)
    }
    const look = () => {
      const last = Number(localStorage.getItem(KEPT)) || Date.now()
      if (!localStorage.getItem(KEPT)) localStorage.setItem(KEPT, String(last))
      if (Date.now() - last >= idle * 60_000) tell(true)
    }
    look()
    const timer = setInterval(look, LOOK_EVERY)
    for (const touch of TOUCHES) addEventListener(touch, touched, { passive: true })
    return () => {
      clearInterval(timer)
      for (const touch of TOUCHES) removeEventListener(touch, touched)
    }
  }, [live, idle, online, away])
}
