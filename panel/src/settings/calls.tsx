import { Button } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { Check } from '../calls/check'
import { useCallRules } from '../calls/data'
import type { CallRules } from '../live/api-types'
import { useMay } from '../live/may'
import { Late } from '../parts/late'
import { Choice } from '../people/choice'
import { Select } from '../people/fields'
import fields from '../people/fields.module.css'
import { useSegments } from '../people/names'
import { useWords } from '../words/words'
import { CallSoundRow } from './call-sound'
import own from './privacy.module.css'
import { useSaving } from './saving'
import css from './settings.module.css'
import { Sheet } from './sheet'
import week from './stretches.module.css'

const RECORD = ['none', 'in', 'out', 'all'] as const
const MOST = 30
const LONGEST = 60

/** Whether visitors can call, whom it rings, and what can come out of a call. */
export default function Calls() {
  const { t } = useWords()
  const { data, error, refetch } = useCallRules()
  return (
    <Sheet title={t('settings.calls')} why={t('calls.settings.why')}>
      {error && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Rules key={JSON.stringify(data)} kept={data} />}
      {data?.on && <Check />}
    </Sheet>
  )
}

const inLines = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean)

function Rules({ kept }: { kept: CallRules }) {
  const { t } = useWords()
  const may = useMay('calls.manage')
  const { segments } = useSegments()
  const [rules, setRules] = useState(kept)
  const [lines, setLines] = useState(kept.codes.join('\n'))
  const { busy, failed, save } = useSaving<CallRules>('call-rules', 'calls.settings.saved')
  const edit = (part: Partial<CallRules>) => setRules((now) => ({ ...now, ...part }))
  const codes = inLines(lines)
  const inRange = [rules.step, rules.give_up].every((value) => Number.isInteger(value) && value >= 5 && value <= 300) && rules.step <= rules.give_up
  const daysFit = Number.isInteger(rules.keep_days) && rules.keep_days >= 1 && rules.keep_days <= 3650
  const codesFit = codes.length <= MOST && new Set(codes).size === codes.length && codes.every((code) => code.length <= LONGEST)
  const now = { ...rules, codes }
  const same = JSON.stringify(now) === JSON.stringify(kept)
  const tick = (name: 'assignee_first' | 'hours' | 'launcher' | 'announce' | 'music' | 'message', label: string) => (
    <label className={css.check}><input type="checkbox" className={fields.check} checked={rules[name]} onChange={() => edit({ [name]: !rules[name] })} /> <span>{label}</span></label>
  )
  const seconds = (name: 'step' | 'give_up', label: string) => (
    <label className={week.line}>
      <span>{label}</span>
      <input type="number" className={own.number} min={5} max={300} required value={Number.isNaN(rules[name]) ? '' : rules[name]} onChange={(event) => edit({ [name]: event.currentTarget.valueAsNumber })} />
      <span className={css.state}>{t('calls.settings.seconds')}</span>
    </label>
  )
  return (
    <form className={css.part} aria-label={t('settings.calls')} onSubmit={(event) => { event.preventDefault(); if (inRange && codesFit && daysFit) void save(now) }}>
      <fieldset className={css.fieldset} style={{ gap: 'var(--sb-space-6)' }} disabled={!may}>
        <label className={week.head}>
          <input type="checkbox" className={own.check} checked={rules.on} onChange={() => edit({ on: !rules.on })} />
          <span className={css.lines}><strong>{t('calls.settings.on')}</strong><span className={css.more}>{t('calls.settings.onWhat')}</span></span>
        </label>
        {rules.on && (
          <>
            <section className={own.section} style={{ gap: 'var(--sb-space-2)' }}>
              <Choice label={t('calls.settings.ring')} name="ring" value={rules.ring} pick={(ring) => edit({ ring })} disabled={!may} options={[['all', t('calls.settings.all')], ['one', t('calls.settings.one')]]} />
              {tick('assignee_first', t('calls.settings.assigneeFirst'))}
              {seconds('step', t('calls.settings.step'))}
              {seconds('give_up', t('calls.settings.giveUp'))}
              {!inRange && <p className={own.error} role="alert">{t('calls.settings.range')}</p>}
            </section>
            <section className={own.section} style={{ gap: 'var(--sb-space-2)' }} aria-label={t('calls.settings.who')}>
              <h3 className={own.title}>{t('calls.settings.who')}</h3>
              {tick('launcher', t('calls.settings.launcher'))}
              <span className={week.line}>{tick('hours', t('calls.settings.hours'))}<Link className={css.inline} to="/settings/hours">{t('calls.settings.hoursLink')}</Link></span>
              <span className={week.line}>
                <span aria-hidden="true">{t('calls.settings.segment')}</span>
                <Select label={t('calls.settings.segment')} value={rules.segment ?? ''} pick={(value) => edit({ segment: Number(value) || null })}>
                  <option value="">{t('calls.settings.everybody')}</option>
                  {rules.segment && !segments?.some(({ id }) => id === rules.segment) && <option value={rules.segment}>#{rules.segment}</option>}
                  {segments?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
                </Select>
              </span>
            </section>
            <section className={own.section} style={{ gap: 'var(--sb-space-2)' }}>
              <Choice label={t('calls.settings.record')} name="record" value={rules.record} pick={(record) => edit({ record })} disabled={!may} options={RECORD.map((each) => [each, t(`calls.settings.record.${each}`)])} />
              <span className={css.more}>{t('calls.settings.recordLaw')}</span>
              {tick('announce', t('calls.settings.announce'))}
              {rules.announce && <CallSoundRow kind="consent" may={may} />}
              <label className={week.line}>
                <span>{t('calls.settings.keepDays')}</span>
                <input type="number" className={own.number} min={1} max={3650} required value={Number.isNaN(rules.keep_days) ? '' : rules.keep_days} onChange={(event) => edit({ keep_days: event.currentTarget.valueAsNumber })} />
                <span className={css.state}>{t('calls.settings.days')}</span>
              </label>
              {!daysFit && <p className={own.error} role="alert">{t('calls.settings.daysRange')}</p>}
            </section>
            <section className={own.section} style={{ gap: 'var(--sb-space-2)' }} aria-label={t('calls.settings.waiting')}>
              <h3 className={own.title}>{t('calls.settings.waiting')}</h3>
              {tick('music', t('calls.settings.music'))}
              {rules.music && <CallSoundRow kind="hold" may={may} />}
              {tick('message', t('calls.settings.message'))}
              {rules.message && <CallSoundRow kind="voicemail" may={may} />}
            </section>
            <label className={own.section} style={{ gap: 'var(--sb-space-1)' }}>
              <span className={own.title}>{t('calls.settings.codes')}</span>
              <span className={css.more}>{t('calls.settings.codesWhat')}</span>
              <textarea className={`${fields.field} ${fields.wide}`} rows={5} value={lines} onChange={(event) => setLines(event.currentTarget.value)} />
            </label>
            {!codesFit && <p className={own.error} role="alert">{t('calls.settings.codesBad')}</p>}
          </>
        )}
      </fieldset>
      {failed && <p className={own.error} role="alert">{t('calls.settings.failed')}</p>}
      {may ? <div className={css.foot}><Button type="submit" loading={busy} disabled={same || !inRange || !codesFit || !daysFit}>{t('save')}</Button></div> : <p className={css.note}>{t('calls.settings.ownersOnly')}</p>}
    </form>
  )
}
