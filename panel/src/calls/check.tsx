import { Button } from '@mantine/core'
import { brokenIn, checkCalls, type Verdict } from '@shared/calls/check'
import type { IceServer } from '@shared/types'
import { useState } from 'react'
import { useLive } from '../live/context'
import page from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { useWords, type Key, type T } from '../words/words'
import css from './calls.module.css'

/** Tries every hop of a call from this browser, and names the first that is broken with its remedy. */
export function Check() {
  const { t } = useWords()
  const live = useLive()
  const [busy, setBusy] = useState(false)
  const [found, setFound] = useState<Verdict[]>([])
  const [done, setDone] = useState(false)
  const [failed, setFailed] = useState<unknown>(null)
  const check = async () => {
    setBusy(true)
    setDone(false)
    setFound([])
    setFailed(null)
    try {
      const { ice } = await live.rest<{ ice: IceServer[] }>('GET', 'call-servers')
      await checkCalls(ice, (verdict) => setFound((now) => [...now, verdict]))
      setDone(true)
    } catch (error) {
      setFailed(error)
    } finally {
      setBusy(false)
    }
  }
  const broken = brokenIn(found)
  const relayed = found.some(({ hop, ok }) => hop === 'relay' && ok)
  return (
    <section className={page.part}>
      <h3 className={page.partName}>{t('calls.check.title')}</h3>
      <p className={page.note}>{t('calls.check.why')}</p>
      <div><Button variant="default" loading={busy} onClick={() => void check()}>{t('calls.check.go')}</Button></div>
      {found.length > 0 && (
        <ul className={css.rows} aria-label={t('calls.check.title')}>
          {found.map((verdict, index) => (
            <li key={index} className={css.row} data-ok={String(verdict.ok)}>
              <span className={css.who}><span>{t(`calls.check.hop.${verdict.hop}`)}</span>{verdict.url && <span className={css.more}>{verdict.url}</span>}</span>
              <span className={`${css.when} ${css.last} ${verdict.ok === false ? css.missed : ''}`}>{verdict.ok === null ? t('calls.check.notSet') : verdict.ok ? t('calls.check.ok', { n: verdict.milliseconds ?? 0 }) : whyOf(verdict, t)}</span>
            </li>
          ))}
        </ul>
      )}
      <div role="status">{done && <p>{broken ? t('calls.check.bad', { hop: t(`calls.check.hop.${broken.hop}`), why: whyOf(broken, t) }) : t(relayed ? 'calls.check.good' : 'calls.check.direct')}</p>}</div>
      {failed !== null && <p className={css.failed} role="alert">{refusal(failed, t)}</p>}
    </section>
  )
}

const DEVICE = ['insecure', 'refused', 'missing', 'busy']

/** Why a hop is broken. A microphone that is refused has another remedy than a server that refuses. */
const whyOf = ({ hop, why, code }: Verdict, t: T): string =>
  hop === 'microphone' && why && DEVICE.includes(why) ? t(`calls.microphone.${why}` as Key) : t(`calls.check.why.${why ?? 'silent'}` as Key, { code: code ?? 0 })
