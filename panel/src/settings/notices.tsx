import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { usePermission } from '../frame/notices'
import type { MyNotices } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Late } from '../parts/late'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'
import { useSaving } from './saving'
import { Sheet } from './sheet'
import { SoundRules } from './sound-rules'
import { here, Stretches, Zone } from './stretches'
import week from './stretches.module.css'

type Kind = MyNotices['always'][number]
const KINDS: Kind[] = ['mine', 'unassigned', 'others', 'assigned', 'mention', 'sla']
const WAYS = ['desktop', 'push', 'email'] as const
const MOST_SECONDS = 86_400
const NIGHT = { days: [0, 1, 2, 3, 4, 5, 6], begins: '22:00', ends: '07:00' }

/** Of what an agent is told, by which ways and when. */
export default function Notices() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: ['me/notices'], queryFn: ({ signal }) => live.rest<MyNotices>('GET', 'me/notices', undefined, signal), enabled: online, staleTime: 60_000 })
  return (
    <Sheet title={t('settings.notices')} why={t('notices.why')}>
      {error && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Rules key={JSON.stringify(data)} kept={data} />}
    </Sheet>
  )
}

function Rules({ kept }: { kept: MyNotices }) {
  const { t, language } = useWords()
  const [first] = useState<MyNotices>(() => ({ ...kept, zone: kept.zone || here(), language: kept.language ?? language }))
  const [rules, setRules] = useState(first)
  const usual = Math.round(kept.usual_delay)
  const [delay, setDelay] = useState(kept.delay ?? usual)
  const { busy, failed, save } = useSaving<MyNotices>('me/notices', 'notices.saved')
  const set = (part: Partial<MyNotices>) => setRules((now) => ({ ...now, ...part }))
  const valid = Number.isInteger(delay) && delay >= 0 && delay <= MOST_SECONDS
  const { usual_delay: _, usual_zone: __, ...plain } = rules
  const rule = { ...plain, delay: delay === usual ? null : delay }
  const same = JSON.stringify(rules) === JSON.stringify(first) && rule.delay === kept.delay
  const toggle = <T,>(list: readonly T[], one: T) => (list.includes(one) ? list.filter((each) => each !== one) : [...list, one])
  // Until somebody says what rings, it is what the panel tells of.
  const rings = rules.sound.kinds ?? KINDS.filter((kind) => rules[kind].includes('desktop'))
  return (
    <form className={css.part} style={{ gap: 'var(--sb-space-8)' }} onSubmit={(event) => { event.preventDefault(); if (valid) void save(rule) }}>
      <section className={own.section}>
        <h3 className={own.title}>{t('notices.what')}</h3>
        <Permission />
        <div className={week.rows}>
          {KINDS.map((kind) => (
            <div key={kind} className={week.kind} role="group" aria-labelledby={`kind-${kind}`}>
              <span className={week.what}><strong id={`kind-${kind}`}>{t(`notices.${kind}`)}</strong><span className={css.more}>{t(`notices.${kind}.what`)}</span></span>
              <span className={week.ways}>
                {WAYS.map((way) => (
                  <label key={way} className={week.way}>
                    <input type="checkbox" className={fields.check} checked={rules[kind].includes(way)} onChange={() => set({ [kind]: toggle(rules[kind], way) })} />
                    <span>{t(`notices.way.${way}`)}</span>
                  </label>
                ))}
                <label className={week.way}>
                  <input type="checkbox" className={fields.check} checked={rings.includes(kind)} onChange={() => set({ sound: { ...rules.sound, kinds: toggle(rings, kind) } })} />
                  <span>{t('notices.way.sound')}</span>
                </label>
              </span>
            </div>
          ))}
        </div>
        <label className={week.line}>
          <span>{t('notices.unassignedOf')}</span>
          <select className={fields.field} value={rules.unassigned_of} onChange={(event) => set({ unassigned_of: event.currentTarget.value as MyNotices['unassigned_of'] })}>
            <option value="groups">{t('notices.ofGroups')}</option>
            <option value="all">{t('notices.ofAll')}</option>
          </select>
        </label>
      </section>
      <SoundRules sound={rules.sound} badge={rules.badge} change={set} />
      <section className={own.section}>
        <h3 className={own.title}>{t('notices.mail')}</h3>
        <p className={css.note}>{t('notices.mailWhy')}</p>
        <label className={week.line}>
          <span>{t('notices.delay')}</span>
          <input type="number" className={own.number} min={0} max={MOST_SECONDS} step={1} required value={Number.isNaN(delay) ? '' : delay} onChange={(event) => setDelay(event.currentTarget.valueAsNumber)} />
          <span className={css.state}>{t('notices.seconds')}</span>
        </label>
        {!valid && <p className={own.error} role="alert">{t('notices.invalid')}</p>}
        <label className={week.head}>
          <input type="checkbox" className={own.check} checked={rules.both} onChange={() => set({ both: !rules.both })} />
          <span className={css.lines}><strong>{t('notices.both')}</strong><span className={css.more}>{t('notices.bothWhat')}</span></span>
        </label>
        <label className={week.line}>
          <span>{t('notices.language')}</span>
          <select className={fields.field} value={rules.language ?? language} onChange={(event) => set({ language: event.currentTarget.value as 'en' | 'pl' })}>
            <option value="en" lang="en">{t('language.en')}</option>
            <option value="pl" lang="pl">{t('language.pl')}</option>
          </select>
        </label>
      </section>
      <section className={own.section}>
        <h3 className={own.title}>{t('notices.quiet')}</h3>
        <p className={css.note}>{t('notices.quietWhy')}</p>
        <Stretches value={rules.quiet} change={(quiet) => set({ quiet })} fresh={NIGHT} name={(n) => t('week.stretch', { n })} />
        {rules.quiet.length > 0 && (
          <>
            <Zone id="notices-zone" value={rules.zone} change={(zone) => set({ zone })} />
            <fieldset className={css.fieldset}>
              <legend className={css.legend}>{t('notices.always')}</legend>
              <span className={week.always}>
                {KINDS.map((kind) => (
                  <label key={kind} className={week.way}>
                    <input type="checkbox" className={fields.check} checked={rules.always.includes(kind)} onChange={() => set({ always: toggle(rules.always, kind) })} />
                    <span>{t(`notices.${kind}`)}</span>
                  </label>
                ))}
              </span>
            </fieldset>
          </>
        )}
      </section>
      {failed && <p className={own.error} role="alert">{t('failed.action')}</p>}
      <div className={css.foot}><Button type="submit" loading={busy} disabled={!valid || same}>{t('save')}</Button></div>
    </form>
  )
}

/** What this browser allows decides over the panel's own notifications. */
function Permission() {
  const { t } = useWords()
  const [permission, ask] = usePermission()
  if (permission === 'granted') return null
  return (
    <div className={week.line}>
      <span className={css.note}>{t(permission === 'denied' ? 'notices.denied' : permission === 'default' ? 'notices.ask' : 'notices.unsupported')}</span>
      {permission === 'default' && <Button variant="default" size="compact-md" onClick={ask}>{t('offer.on')}</Button>}
    </div>
  )
}
