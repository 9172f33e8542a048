import { Button, CopyButton } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCheck, IconCircle, IconCircleCheckFilled, IconCopy } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import { Link } from 'react-router'
import type { FirstHourSteps } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { Late } from '../parts/late'
import { useWords, type Key } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'
import { Sheet } from './sheet'
import { Demo } from './start-demo'
import look from './start.module.css'

const KEY = ['first-hour']
const STEPS = ['snippet', 'look', 'invite', 'chat', 'mail', 'push'] as const
type Step = (typeof STEPS)[number]

const snippet = (key: string, origin: string) =>
  `<script>window.civchat = { apiKey: "${key}" };</script>\n<script src="${origin}/widget.js?key=${key}" async></script>`

/** From nothing to the first answered visitor, a step at a time; what the server notices is ticked while one looks. */
export default function Start() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const may = useMay('application.manage')
  const { data, isError, refetch } = useQuery({ queryKey: KEY, queryFn: ({ signal }) => live.rest<FirstHourSteps>('GET', 'first-hour', undefined, signal), enabled: online && may, staleTime: 0, retry: false })
  useEffect(() => live.hear({ firstHour: () => void queries.invalidateQueries({ queryKey: KEY }) }), [live, queries])
  const ask = async (method: string, path: string, body: object) => queries.setQueryData(KEY, await live.rest<FirstHourSteps>(method, path, body))
  const failed = () => notifications.show({ color: 'red', message: t('failed.action') })
  const dismiss = (dismissed: boolean) => void ask('PUT', 'first-hour/dismissed', { dismissed }).catch(failed)
  const tick = (step: Step) => void ask('POST', 'first-hour/steps', { step }).catch(failed)
  if (!may) return <Sheet title={t('start.title')} why={t('start.why')}><p className={css.note}>{t('start.forbidden')}</p></Sheet>
  if (isError && !data) return <Sheet title={t('start.title')} why={t('start.why')}><div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div></Sheet>
  if (!data) return <Sheet title={t('start.title')} why={t('start.why')}><Late><p className={css.note}>{t('loading')}</p></Late></Sheet>
  if (data.dismissed) return <Sheet title={t('start.title')} why={t('start.away')}><div><Button variant="default" onClick={() => dismiss(false)}>{t('start.back')}</Button></div></Sheet>
  const done = STEPS.filter((step) => data[step]).length
  return (
    <Sheet title={t('start.title')} why={t('start.why')}>
      <p role="status"><strong>{t('start.progress', { n: done, of: STEPS.length })}</strong></p>
      <progress className={look.bar} value={done} max={STEPS.length} aria-label={t('start.title')} />
      <ol className={look.steps}>
        <One step="snippet" of={data} tick={tick}><Snippet of={data} /></One>
        <One step="look" of={data} tick={tick}><Go to="/settings/look" label="start.lookGo" then={() => tick('look')} /></One>
        <One step="invite" of={data} tick={tick}><Go to="/settings/agents" label="start.inviteGo" /></One>
        <One step="chat" of={data} tick={tick}><Chat of={data} /></One>
        <One step="mail" of={data} tick={tick}><Go to="/settings/mail" label="start.mailGo" /></One>
        <One step="push" of={data} tick={tick}><Go to="/settings/push" label="start.pushGo" /></One>
      </ol>
      <Demo />
      <div><Button variant="subtle" onClick={() => dismiss(true)}>{t('start.dismiss')}</Button></div>
    </Sheet>
  )
}

function One({ step, of, tick, children }: { step: Step; of: FirstHourSteps; tick: (step: Step) => void; children: ReactNode }) {
  const { t } = useWords()
  const done = of[step]
  const Icon = done ? IconCircleCheckFilled : IconCircle
  return (
    <li className={look.step} data-done={done || undefined} data-step={step}>
      <Icon className={look.icon} size={22} role="img" aria-label={t(done ? 'start.done' : 'start.open')} />
      <div className={look.body}>
        <h3 className={own.title}>{t(`start.${step}`)}</h3>
        <p className={css.note}>{t(`start.${step}Why`)}</p>
        {children}
        {!done && <Button className={look.tick} size="compact-sm" variant="subtle" onClick={() => tick(step)} aria-label={`${t('start.tick')}: ${t(`start.${step}`)}`}>{t('start.tick')}</Button>}
      </div>
    </li>
  )
}

function Go({ to, label, then }: { to: string; label: Key; then?: () => void }) {
  const { t } = useWords()
  return <Button variant="default" component={Link} to={to} onClick={then}>{t(label)}</Button>
}

function Snippet({ of }: { of: FirstHourSteps }) {
  const { t } = useWords()
  const key = useFact((state) => state.session?.application.key ?? '')
  const code = snippet(key, location.origin)
  const letter = `mailto:?subject=${encodeURIComponent(t('start.mailSubject'))}&body=${encodeURIComponent(`${t('start.mailText')}\n\n${code}\n`)}`
  return (
    <>
      <pre className={look.code} tabIndex={0}><code>{code}</code></pre>
      <div className={css.members}>
        <CopyButton value={code}>{({ copied, copy }) => <Button onClick={copy} leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}>{t(copied ? 'copied' : 'start.copy')}</Button>}</CopyButton>
        <Button variant="default" component="a" href={letter}>{t('start.send')}</Button>
      </div>
      <details>
        <summary className={look.summary}>{t('start.platform')}</summary>
        <ul className={look.hints}>{(['html', 'wordpress', 'shopify', 'gtm'] as const).map((name) => <li key={name}>{t(`start.${name}`)}</li>)}</ul>
      </details>
      <p role="status">{of.origin ? t('start.seen', { origin: of.origin }) : t('start.unseen')}</p>
    </>
  )
}

function Chat({ of }: { of: FirstHourSteps }) {
  const { t } = useWords()
  const key = useFact((state) => state.session?.application.key ?? '')
  return (
    <>
      <Button variant="default" component="a" href={`/try/${key}`} target="_blank" rel="noreferrer">{t('start.chatGo')}</Button>
      {of.arrived && !of.answered && <p role="status">{t('start.arrived')}</p>}
    </>
  )
}
