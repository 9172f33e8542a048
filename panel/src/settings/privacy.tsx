import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useDebouncedValue } from '@mantine/hooks'
import { IconDownload } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Ago } from '../parts/ago'
import { Late } from '../parts/late'
import { saveProof, told, type Erasure } from '../people/erasures'
import { useWords } from '../words/words'
import css from './settings.module.css'
import own from './privacy.module.css'
import { useSaving } from './saving'
import { Sheet } from './sheet'
import { SwitchSetting } from './switch-setting'

const SWITCHES = [
  { path: 'typing-preview', title: 'typingPreview.title', why: 'typingPreview.why', on: 'typingPreview.on', saved: 'typingPreview.saved' },
  { path: 'link-previews', title: 'linkPreviews.title', why: 'linkPreviews.why', on: 'linkPreviews.on', saved: 'linkPreviews.saved' },
  { path: 'transcripts', title: 'transcripts.title', why: 'transcripts.why', on: 'transcripts.on', saved: 'transcripts.saved' },
] as const
const KINDS = ['pages', 'events', 'conversations', 'answers', 'visitors'] as const
/** Of these the preview knows the number; of the others it may have looked at a part only. */
const COUNTED: readonly string[] = ['conversations', 'answers', 'visitors']
type Kind = (typeof KINDS)[number]
type Rules = Record<Kind, number | null>
type WouldErase = Record<Kind, number> & { exact: boolean }

const TYPING = 400
const MOST_DAYS = 36_500
const RULES = ['retention']

/** How long data is kept, and the proofs of what was erased on demand. */
export default function Privacy() {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const { data, error, refetch } = useQuery({ queryKey: RULES, queryFn: ({ signal }) => live.rest<Rules>('GET', 'retention', undefined, signal), enabled: online, staleTime: 10_000 })
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.privacy')} why={t('privacy.why')}>
      {forbidden && <p className={css.note} role="status">{t('privacySettings.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Consent />}
      {data && SWITCHES.map((each) => <SwitchSetting key={each.path} {...each} />)}
      {data && <RetentionForm key={JSON.stringify(data)} kept={data} />}
      {data && <Proofs />}
    </Sheet>
  )
}

function RetentionForm({ kept }: { kept: Rules }) {
  const { t, locale } = useWords()
  const live = useLive()
  const [rules, setRules] = useState(kept)
  const { busy, failed, save } = useSaving<Rules>('retention', 'retention.saved')
  const text = JSON.stringify(rules)
  const [settled] = useDebouncedValue(text, TYPING)
  const valid = KINDS.every((kind) => rules[kind] === null || (Number.isInteger(rules[kind]) && rules[kind]! >= 1 && rules[kind]! <= MOST_DAYS))
  const any = KINDS.some((kind) => rules[kind] !== null)
  const { data: would } = useQuery({
    queryKey: ['retention', 'preview', settled],
    queryFn: ({ signal }) => live.rest<WouldErase>('POST', 'retention/preview', JSON.parse(settled) as Rules, signal),
    enabled: valid && any && settled === text,
    staleTime: 10_000,
  })
  const number = new Intl.NumberFormat(locale)
  return (
    <form className={own.section} onSubmit={(event) => { event.preventDefault(); if (valid) void save(rules) }}>
      <h3 className={own.title}>{t('retention.title')}</h3>
      <p className={css.note}>{t('retention.why')}</p>
      <div className={css.rows}>
        {KINDS.map((kind) => (
          <div key={kind} className={css.row}>
            <label className={own.rule}>
              <input type="checkbox" className={own.check} checked={rules[kind] !== null} onChange={(event) => setRules({ ...rules, [kind]: event.currentTarget.checked ? kept[kind] ?? 365 : null })} />
              <span className={css.lines}><strong>{t(`retention.${kind}`)}</strong><span className={css.more}>{rules[kind] === null ? t('retention.forever') : would && settled === text ? t(would.exact || COUNTED.includes(kind) ? 'retention.would' : 'retention.wouldAbout', { n: would[kind], shown: number.format(would[kind]) }) : '…'}</span></span>
            </label>
            {rules[kind] !== null && (
              <label className={own.days}>
                <input type="number" className={own.number} min={1} max={MOST_DAYS} step={1} required aria-label={t('retention.days', { kind: t(`retention.${kind}`) })} value={Number.isNaN(rules[kind]) ? '' : rules[kind]!}
                  onChange={(event) => setRules({ ...rules, [kind]: event.currentTarget.valueAsNumber })} />
                <span className={css.state}>{t('retention.unit')}</span>
              </label>
            )}
          </div>
        ))}
      </div>
      {!valid && <p className={own.error} role="alert">{t('retention.invalid', { most: number.format(MOST_DAYS) })}</p>}
      {failed && <p className={own.error} role="alert">{t('failed.action')}</p>}
      <div className={css.foot}><Button type="submit" loading={busy} disabled={!valid || text === JSON.stringify(kept)}>{t('save')}</Button></div>
    </form>
  )
}

const MODES = ['given', 'required', 'denied'] as const
type Mode = (typeof MODES)[number]

/** Whether visitors are followed on pages that say nothing of their own. */
function Consent() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const key = useFact((state) => state.session?.application.key)
  const [failed, setFailed] = useState(false)
  const { data } = useQuery({ queryKey: ['consent-mode'], queryFn: () => live.rest<{ mode: Mode }>('GET', 'consent-mode'), staleTime: 10_000 })
  // Shown as chosen at once; what the query keeps is told to the page a moment later, and the choice would jump back and forth.
  const [picked, setPicked] = useState<Mode>()
  const pick = async (mode: Mode) => {
    setFailed(false)
    setPicked(mode)
    try {
      await live.rest('PUT', 'consent-mode', { mode })
      queries.setQueryData(['consent-mode'], { mode })
      notifications.show({ withBorder: true, message: t('consentMode.saved'), closeButtonProps: { 'aria-label': t('close') } })
    } catch {
      setPicked(undefined)
      setFailed(true)
    }
  }
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('consentMode.title')}</h3>
      <p className={css.note}>{t('consentMode.why')}</p>
      <div className={css.rows} role="radiogroup" aria-label={t('consentMode.title')}>
        {data && MODES.map((mode) => (
          <label key={mode} className={`${css.row} ${own.rule}`}>
            <input type="radio" name="mode" className={own.check} checked={(picked ?? data.mode) === mode} onChange={() => void pick(mode)} />
            <span className={css.lines}><strong>{t(`consentMode.${mode}`)}</strong><span className={css.more}>{t(`consentModeWhat.${mode}`)}</span></span>
          </label>
        ))}
      </div>
      {failed && <p className={own.error} role="alert">{t('failed.action')}</p>}
      {key && <p className={css.more}>{t('consentMode.snippet')} <code className={own.code}>{`${location.origin}/widget.js?key=${key}`}</code></p>}
    </section>
  )
}

function Proofs() {
  const { t, locale } = useWords()
  const live = useLive()
  const { data, isError, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['erasures'],
    queryFn: ({ pageParam }) => live.rest<{ erasures: Erasure[]; cursor: string | null }>('GET', `erasures${pageParam ? `?cursor=${encodeURIComponent(pageParam)}` : ''}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor ?? undefined,
    staleTime: 2_000,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ erasures }) => erasures.some(({ status }) => status !== 'done')) ? 1_000 : false),
  })
  const proofs = data?.pages.flatMap(({ erasures }) => erasures) ?? []
  const number = new Intl.NumberFormat(locale)
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('proofs.title')}</h3>
      <p className={css.note}>{t('proofs.why')}</p>
      {isError && !data && <p role="alert">{t('privacySettings.failed')}</p>}
      {data && proofs.length === 0 && <p className={css.note}>{t('proofs.none')}</p>}
      {proofs.length > 0 && (
        <ul className={css.rows} aria-label={t('proofs.title')}>
          {proofs.map((proof) => (
            <li key={proof.id} className={css.row}>
              <span className={css.lines}>
                <strong>{t('proofs.name', { id: proof.id })} · <Ago at={proof.asked_at} long /></strong>
                <span className={css.more}>{proof.asked_by.replace(/^\w+ /, '')} · {told(proof.counts, t).map(([name, count]) => `${name}: ${number.format(count)}`).join(', ')}</span>
              </span>
              {proof.status === 'done'
                ? <Button size="compact-md" variant="default" leftSection={<IconDownload size={16} />} onClick={() => saveProof(proof)} aria-label={t('proofs.download', { id: proof.id })}>{t('proofs.get')}</Button>
                : <span className={css.state} role="status">{t('proofs.running')}</span>}
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && <div><Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('list.more')}</Button></div>}
    </section>
  )
}
