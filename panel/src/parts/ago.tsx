import { useNow, useTimes } from '../words/times'

/** An age that stays true while it is looked at. */
export function Ago({ at, long = false }: { at: string; long?: boolean }) {
  const times = useTimes()
  const now = useNow()
  return (
    <time dateTime={at} title={times.full(at)}>
      {long ? times.ago(at, now) : times.short(at, now)}
    </time>
  )
}
