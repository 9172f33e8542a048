import { Button, Textarea } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import type { Fault } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Late } from '../parts/late'
import own from '../settings/privacy.module.css'
import page from '../settings/settings.module.css'
import { Sheet } from '../settings/sheet'
import { refusal } from '../words/refusals'
import { useWords, type Key } from '../words/words'
import { ClockTag, StateTag } from './clocks'
import { useFault } from './data'
import css from './faults.module.css'
import { Operating } from './operating'

/** Sends something about a report and shows what became of it. */
export function useAct(id: number) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const act = async (method: string, path: string, body: object) => {
    setBusy(true)
    setRefused('')
    try {
      queries.setQueryData(['fault', id], await live.rest<Fault>(method, path, body))
      void queries.invalidateQueries({ queryKey: ['faults'] })
      void queries.invalidateQueries({ queryKey: ['fault', id] })
      return true
    } catch (error) {
      setRefused(refusal(error, t))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, refused, act }
}

export function FaultPage({ id }: { id: number }) {
  const { t } = useWords()
  const { data, error } = useFault(id)
  if (!data) return <Sheet title={t('faults.name', { id })} why="">{error ? <p role="alert">{t('faults.gone')}</p> : <Late><p className={page.note}>{t('loading')}</p></Late>}</Sheet>
  return (
    <Sheet title={t('faults.name', { id })} why={data.report.actual.split('\n')[0]!.slice(0, 200)} actions={<Button variant="default" component={Link} to="/faults">{t('faults.all')}</Button>}>
      <span className={css.tags} style={{ marginInlineStart: 0 }}><StateTag state={data.state} /><ClockTag name="response" clock={data.response} /><ClockTag name="repair" clock={data.repair} /></span>
      {data.closing && <Closing of={data.closing} />}
      <Part title="faults.history">
        <ol className={css.history}>
          {data.history.map((entry, index) => <Line key={index} of={entry} />)}
        </ol>
        {data.state !== 'closed' && <Comment of={data} />}
      </Part>
      {data.diagnostics && <Operating of={data} />}
      <Part title="faults.told"><Told of={data} /></Part>
      {data.screenshot && <Picture id={id} />}
      {data.diagnostics && <Part title="faults.diagnostics"><pre className={css.code} tabIndex={0}>{JSON.stringify(data.diagnostics, null, 1)}</pre></Part>}
    </Sheet>
  )
}

function Part({ title, children }: { title: Key; children: ReactNode }) {
  const { t } = useWords()
  return <section className={own.section}><h3 className={own.title}>{t(title)}</h3>{children}</section>
}

function Line({ of }: { of: Fault['history'][number] }) {
  const { t, locale } = useWords()
  return (
    <li data-side={of.side}>
      <strong>{t(`faults.did.${of.what}` as Key)}</strong> <span className={page.more}>{of.by && `${of.by} · `}{new Date(of.at).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })}</span>
      {of.text && <div>{of.text}</div>}
    </li>
  )
}

function Comment({ of }: { of: Fault }) {
  const { t } = useWords()
  const { busy, refused, act } = useAct(of.id)
  const mine = useFact(({ session }) => session?.application.id === of.application)
  const [text, setText] = useState('')
  if (!mine) return null
  return (
    <form className={css.form} onSubmit={(event) => { event.preventDefault(); void act('POST', `faults/${of.id}/comments`, { text }).then((done) => done && setText('')) }}>
      <Textarea label={t(of.state === 'resolved' ? 'faults.stillThere' : 'faults.comment')} value={text} maxLength={10_000} autosize minRows={2} maxRows={10} onChange={(event) => setText(event.currentTarget.value)} error={refused || undefined} />
      <div className={page.foot}><Button type="submit" variant="default" loading={busy} disabled={!text.trim()}>{t('faults.addComment')}</Button></div>
    </form>
  )
}

function Told({ of: { report, application_name, reporter, email, plan, category } }: { of: Fault }) {
  const { t, locale } = useWords()
  const facts: [Key, string | undefined][] = [
    ['faults.reporter', `${reporter}${email ? ` (${email})` : ''}, ${application_name}`],
    ['faults.category', `${t(`faults.category.${category}`)} · ${t(`faults.plan.${plan}`)}`],
    ['faults.services', report.services.map((each) => t(`faults.service.${each}`)).join(', ')],
    ['faults.noticed', Number.isNaN(Date.parse(report.noticed)) ? report.noticed : new Date(report.noticed).toLocaleString(locale, { dateStyle: 'long', timeStyle: 'short' })],
    ['faults.expected', report.expected], ['faults.actual', report.actual], ['faults.appears', report.appears], ['faults.absent', report.absent],
    ['faults.details', report.details], ['faults.data', report.data],
    ['faults.on', [report.device?.device, report.device?.system, report.device?.version, report.device?.screen, report.device?.language, report.device?.browser].filter(Boolean).join(' · ')],
    ['faults.where', report.trace?.url], ['faults.connection', report.trace?.connection],
    ['faults.errors', report.trace?.errors?.join('\n')], ['faults.requests', report.trace?.requests?.join('\n')],
  ]
  return <dl className={css.facts}>{facts.filter(([, value]) => value).map(([name, value]) => <div key={name} style={{ display: 'contents' }}><dt>{t(name)}</dt><dd>{value}</dd></div>)}</dl>
}

function Picture({ id }: { id: number }) {
  const { t } = useWords()
  const live = useLive()
  const { data } = useQuery({ queryKey: ['fault', id, 'picture'], queryFn: ({ signal }) => live.rest<{ image: string }>('GET', `faults/${id}/screenshot`, undefined, signal), staleTime: Infinity })
  return data?.image ? <Part title="faults.picture"><img className={css.picture} src={data.image} alt={t('faults.picture')} /></Part> : null
}

function Closing({ of }: { of: NonNullable<Fault['closing']> }) {
  const { t } = useWords()
  return <Part title="faults.closing"><dl className={css.facts}>{(['cause', 'function', 'effects', 'data'] as const).map((name) => <div key={name} style={{ display: 'contents' }}><dt>{t(`faults.closing.${name}`)}</dt><dd>{of[name]}</dd></div>)}</dl></Part>
}
