import { notifications } from '@mantine/notifications'
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { patient, useTeam } from '../access/data'
import type { AuditChange, AuditPage, AuditRow } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { RestError } from '../live/rest'
import { receive, save } from '../live/transfer'
import { Late } from '../parts/late'
import { refusal } from '../words/refusals'
import own from '../access/access.module.css'
import { useWords, type Key, type T } from '../words/words'
import css from './settings.module.css'
import { Sheet } from './sheet'

const AREAS = ['sign_in', 'profile', 'agents', 'roles', 'security', 'groups', 'keys', 'webhooks', 'hours', 'emails', 'attributes', 'segments', 'forms', 'crm', 'enrichment', 'contacts', 'inbox', 'answers', 'modals', 'widgets', 'calls', 'application', 'audit'] as const

/** Who changed settings and access, and who signed in. */
export default function Audit() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const [by, setBy] = useState('')
  const [area, setArea] = useState('')
  const [since, setSince] = useState('')
  const [before, setBefore] = useState('')
  const team = useTeam()
  const names = useMay('agents.read')
  const asked = new URLSearchParams()
  if (by) asked.set('by', by)
  if (area) asked.set('area', area)
  if (since) asked.set('since', new Date(`${since}T00:00`).toISOString())
  if (before) asked.set('before', new Date(new Date(`${before}T00:00`).getTime() + 86_400_000).toISOString())
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['audit', String(asked)],
    queryFn: ({ signal, pageParam }) => live.rest<AuditPage>('GET', `audit?${new URLSearchParams([...asked, ...(pageParam ? [['cursor', pageParam]] : [])])}`, undefined, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: online, staleTime: 5_000, retry: patient,
  })
  const forbidden = error instanceof RestError && error.status === 403
  const rows = data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Sheet title={t('settings.audit')} why={t('audit.why')} actions={data && <Download query={String(asked)} />}>
      {forbidden && <p className={css.note} role="status">{t('audit.forbidden')}</p>}
      {!forbidden && (
        <div className={own.filters} role="search" aria-label={t('audit.filters')}>
          {names && <NativeSelect label={t('audit.by')} value={by} onChange={(event) => setBy(event.currentTarget.value)} data={[{ value: '', label: t('audit.everybody') }, ...(team.data?.agents ?? []).map(({ id, name }) => ({ value: `agent:${id}`, label: name }))]} />}
          <NativeSelect label={t('audit.area')} value={area} onChange={(event) => setArea(event.currentTarget.value)} data={[{ value: '', label: t('audit.everything') }, ...AREAS.map((each) => ({ value: each, label: t(`auditArea.${each}` as Key) }))]} />
          <TextInput type="date" label={t('audit.since')} value={since} onChange={(event) => setSince(event.currentTarget.value)} />
          <TextInput type="date" label={t('audit.before')} value={before} onChange={(event) => setBefore(event.currentTarget.value)} />
        </div>
      )}
      {error && !forbidden && !data && <div role="alert"><p>{t('audit.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && rows.length === 0 && <p className={css.note}>{t('audit.none')}</p>}
      {rows.length > 0 && <ul className={css.rows} aria-label={t('settings.audit')}>{rows.map((row) => <Row key={row.id} of={row} />)}</ul>}
      {hasNextPage && <Button variant="default" className={css.adds} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('audit.older')}</Button>}
    </Sheet>
  )
}

function Download({ query }: { query: string }) {
  const { t } = useWords()
  const live = useLive()
  const download = () => void receive(live.token, `audit/export?${query}`, undefined, () => {})
    .then((file) => save(file, 'audit-log.csv'), (error: unknown) => notifications.show({ color: 'red', message: refusal(error, t) }))
  return <Button variant="default" leftSection={<IconDownload size={16} />} onClick={download}>{t('audit.download')}</Button>
}

const KNOWN = ['create', 'change', 'set', 'delete', 'add', 'drop', 'remove', 'revoke', 'rename', 'rotate', 'invite', 'renew', 'end', 'confirm', 'begin', 'merge', 'restore', 'erase', 'export', 'open', 'order', 'buy', 'take', 'release', 'connect', 'disconnect', 'entered', 'failed']

/** `accounts.roles.create_role` as people say it: made. */
function deed(verb: string, t: T): string {
  const word = verb.slice(verb.lastIndexOf('.') + 1).split('_')[0]!
  return KNOWN.includes(word) ? t(`auditDeed.${word}` as Key) : verb.slice(verb.lastIndexOf('.') + 1).replaceAll('_', ' ')
}

function Row({ of }: { of: AuditRow }) {
  const { t, locale } = useWords()
  const when = new Date(of.at).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'medium' })
  const area = t(`auditArea.${of.area}` as Key)
  const told = of.changes.filter(({ before, after }) => Object.keys(before).length + Object.keys(after).length)
  return (
    <li className={css.row}>
      <span className={css.lines}>
        <strong>{of.name} · {area === `auditArea.${of.area}` ? of.area : area}: {deed(of.verb, t)}</strong>
        <span className={css.more}>{[when, of.address].filter(Boolean).join(' · ')}</span>
        {told.length > 0 && (
          <details className={own.details}>
            <summary>{t('audit.details')}</summary>
            {told.map((change, index) => <Values key={index} of={change} />)}
          </details>
        )}
      </span>
    </li>
  )
}

const said = (value: unknown): string => (value === null || value === undefined || value === '' ? '–' : typeof value === 'string' ? value : JSON.stringify(value))

function Values({ of }: { of: AuditChange }) {
  const names = [...new Set([...Object.keys(of.before), ...Object.keys(of.after)])]
  return (
    <dl className={own.values}>
      {names.map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{of.how === 'changed' && <><del>{said(of.before[name])}</del> → </>}{of.how === 'deleted' ? <del>{said(of.before[name])}</del> : <ins>{said(of.after[name])}</ins>}</dd>
        </div>
      ))}
    </dl>
  )
}
