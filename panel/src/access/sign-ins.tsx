import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { OpenSignIn, OpenSignIns } from '../live/api-types'
import { useLive } from '../live/context'
import css from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { useWords, type Key } from '../words/words'
import { useAgain, useAsked } from './data'

/** Where somebody is signed in; oneself ends one or all others, who manages agents ends all of another. */
export function SignIns({ path, own }: { path: string; own?: boolean }) {
  const { t } = useWords()
  const live = useLive()
  const again = useAgain()
  const { data } = useAsked<OpenSignIns>(path)
  const end = async (of: string, said: Key) => {
    try {
      await live.rest('DELETE', of)
      notifications.show({ message: t(said) })
    } catch (error) {
      notifications.show({ message: refusal(error, t), color: 'red' })
    } finally {
      void again(path)
    }
  }
  if (!data) return null
  const others = data.sign_ins.some(({ here }) => !here)
  return (
    <section className={css.part} aria-label={t('signIns.title')}>
      <h3 className={css.partName}>{t('signIns.title')}</h3>
      {data.sign_ins.length === 0 && <p className={css.note}>{t('signIns.none')}</p>}
      {data.sign_ins.length > 0 && (
        <ul className={css.rows} aria-label={t('signIns.title')}>
          {data.sign_ins.map((one) => <Row key={one.id} of={one} end={own && !one.here ? () => void end(`${path}/${one.id}`, 'signIns.ended') : undefined} />)}
        </ul>
      )}
      {others && <Button variant="default" className={css.adds} onClick={() => void end(path, own ? 'signIns.othersEnded' : 'signIns.allEnded')}>{t(own ? 'signIns.endOthers' : 'signIns.endAll')}</Button>}
    </section>
  )
}

function Row({ of, end }: { of: OpenSignIn; end?: () => void }) {
  const { t, locale } = useWords()
  const when = new Date(of.used).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const device = of.device || t('signIns.unknown')
  return (
    <li className={css.row}>
      <span className={css.lines}>
        <strong>{device}</strong>
        <span className={css.more}>{[of.address, of.way && t(`signInWay.${of.way}` as Key), t('signIns.used', { when })].filter(Boolean).join(' · ')}</span>
      </span>
      {of.here && <span className={css.state}>{t('signIns.here')}</span>}
      {end && <Button size="compact-md" variant="default" onClick={end} aria-label={t('signIns.endName', { device })}>{t('signIns.end')}</Button>}
    </li>
  )
}
