import { useState } from 'react'
import { useMay } from '../live/may'
import css from '../people/profile.module.css'
import { useWords } from '../words/words'
import { useOneCall } from './data'
import { Recorded } from './recordings'

const RECORDED = ['recorded', 'message']

/** What came out of a call, and what was recorded of it, below its line in a person's timeline. */
export default function InTimeline({ id }: { id: number }) {
  const { t } = useWords()
  const hears = useMay('calls.hear')
  const { data: call } = useOneCall(useMay('calls.read') ? id : 0)
  const [open, setOpen] = useState(false)
  if (!call) return null
  const said = [call.wrap_up?.code, call.wrap_up?.note].filter(Boolean).join(' · ')
  return (
    <>
      {said && <p className={css.said}>{said}</p>}
      {hears && call.history.some(({ what }) => RECORDED.includes(what)) && (
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t('calls.recordings')}</summary>
          {open && <Recorded call={call} />}
        </details>
      )}
    </>
  )
}
