import { useQuery } from '@tanstack/react-query'
import type { Consents as Known } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Ago } from '../parts/ago'
import { Section } from '../person/person'
import { useWords } from '../words/words'
import css from './profile.module.css'

/** What somebody agreed to, as it holds now; below it everything they ever said, newest first. */
export function Consents({ contact }: { contact: number }) {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data } = useQuery({
    queryKey: ['profile', contact, 'consents'],
    queryFn: () => live.rest<Known>('GET', `contacts/${contact}/consents`),
    enabled: online,
    staleTime: 5_000,
  })
  // Most people were never asked: then there is nothing to say.
  if (!data?.log.length) return null
  return (
    <Section title={t('consents.title')}>
      <ul>
        {data.now.map((one) => (
          <li key={one.purpose} className={css.row}>
            <span className={css.label}>{one.purpose}</span>
            <span className={css.fixed}>{t(one.given ? 'consents.given' : 'consents.taken')} <span className={css.hint}><Ago at={one.at} long /></span></span>
          </li>
        ))}
      </ul>
      <details className={css.log}>
        <summary>{t('consents.log', { n: data.log.length })}</summary>
        <ol>
          {[...data.log].reverse().map((one, place) => (
            <li key={place} className={css.logLine}>
              <span>{one.purpose}: {t(one.given ? 'consents.given' : 'consents.taken')}</span>
              <span className={css.hint}><Ago at={one.at} long /> · {one.source}{one.version && ` · ${one.version}`} · {one.by}</span>
            </li>
          ))}
        </ol>
      </details>
    </Section>
  )
}
