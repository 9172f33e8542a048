import { Button, CopyButton } from '@mantine/core'
import { dark, light } from '@shared/tokens'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useId, useState, type ReactNode } from 'react'
import type { Form } from '../forms/types'
import type { TriedWidget, Widget, WidgetRules, WidgetSettings, WidgetTexts, WidgetWords } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { NumberField, Select, Text } from '../people/fields'
import fields from '../people/fields.module.css'
import type { Segment } from '../segments/types'
import page from '../settings/settings.module.css'
import { aside, useWords, type Key, type Language } from '../words/words'
import type { Change } from './designer'
import css from './looks.module.css'
import { putPicture } from './picture'

/** The builder and its words come when somebody sets conditions. */
const Conditions = aside(() => import('./conditions'), 'people', 'segments')

type Props = { draft: WidgetSettings; change: Change }

const Field = ({ label, children }: { label: string; children: ReactNode }) => <label className={css.field}><span>{label}</span>{children}</label>

const WORDS: [keyof WidgetWords, Key, number][] = [
  ['title', 'looks.title', 80], ['greeting', 'looks.greeting', 80], ['intro', 'looks.intro', 300], ['offline', 'looks.offlineText', 300],
  ['placeholder', 'looks.placeholder', 80], ['launcher', 'looks.launcherText', 40],
]

export function Wording({ draft, change, name, rename }: Props & { name: string; rename: (name: string) => void }) {
  const { t, language } = useWords()
  const [tongue, setTongue] = useState<Language>(language)
  const said = draft.texts[tongue]
  const write = (key: keyof WidgetWords, value: string) => change({ texts: { ...draft.texts, [tongue]: { ...said, [key]: value } } as WidgetTexts })
  return (
    <>
      <Field label={t('looks.name')}><Text label={t('looks.name')} value={name} write={rename} maxLength={64} /></Field>
      <Field label={t('looks.textsIn')}><Select label={t('looks.textsIn')} value={tongue} pick={(value) => setTongue(value as Language)}><option value="en">English</option><option value="pl">Polski</option></Select></Field>
      <p className={page.more}>{t('looks.textsWhy')}</p>
      {WORDS.map(([key, label, longest]) => (
        <Field key={key} label={t(label)}><Text label={t(label)} lang={tongue} value={said[key]} write={(value) => write(key, value)} maxLength={longest} /></Field>
      ))}
    </>
  )
}

export function Colours({ draft, change, found, kept }: Props & { found?: TriedWidget; kept: Widget }) {
  const { t, locale } = useWords()
  const live = useLive()
  const [failed, setFailed] = useState(false)
  const [put, setPut] = useState<{ id: number; url: string }>()
  // An undo brings back the one that was kept.
  const logo = draft.logo === null ? '' : draft.logo === put?.id ? put.url : draft.logo === kept.settings.logo ? kept.logo_url : ''
  const ratio = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const poor = found && (['light', 'dark'] as const).flatMap((theme) => found[theme].poor.map((what) => t(what === 'accent' ? 'looks.poor.accent' : 'looks.poor.text', {
    theme: t(theme === 'light' ? 'looks.light' : 'looks.dark'), ratio: ratio.format(found[theme][what as 'accent']),
  })))
  const choose = async (file: File | undefined) => {
    if (!file) return
    setFailed(false)
    try {
      const made = await putPicture(live, file)
      setPut(made)
      change({ logo: made.id })
    } catch {
      setFailed(true)
    }
  }
  const id = useId()
  return (
    <>
      <div className={css.pair}>
        <Colour label={t('looks.accent')} value={draft.accent} usual={light.accent} write={(accent) => change({ accent })} />
        <Colour label={t('looks.accentDark')} value={draft.accent_dark} usual={draft.accent || dark.accent} write={(accent_dark) => change({ accent_dark })} />
      </div>
      <div role="status" className={css.status}>
        {poor?.map((text) => <p key={text} className={css.warning}>{text}</p>)}
        {found && !poor?.length && <p className={page.more}>{t('looks.good', { ratio: ratio.format(found.light.on_accent), other: ratio.format(found.dark.on_accent) })}</p>}
      </div>
      <Field label={t('looks.follows')}>
        <Select label={t('looks.follows')} value={draft.theme} pick={(theme) => change({ theme: theme as WidgetSettings['theme'] })}>
          <option value="auto">{t('looks.auto')}</option><option value="light">{t('looks.always.light')}</option><option value="dark">{t('looks.always.dark')}</option>
        </Select>
      </Field>
      <div className={css.logo}>
        {logo && <img src={logo} alt={t('looks.logo')} />}
        <input id={id} type="file" className={css.file} accept="image/png,image/jpeg,image/gif,image/webp" aria-label={t('looks.choose')} onChange={(event) => void choose(event.currentTarget.files?.[0])} />
        {draft.logo !== null && <Button size="compact-md" variant="default" onClick={() => change({ logo: null })}>{t('looks.remove')}</Button>}
      </div>
      {failed && <p className={css.warning} role="alert">{t('looks.uploadFailed')}</p>}
    </>
  )
}

/** A colour by its number, or by hand and eye; an empty one is the usual. */
function Colour({ label, value, usual, write }: { label: string; value: string; usual: string; write: (value: string) => void }) {
  const { t } = useWords()
  const [text, setText] = useState(value)
  const whole = /^#[0-9a-f]{6}$/i
  const say = (next: string) => {
    setText(next)
    if (!next || whole.test(next)) write(next.toLowerCase())
  }
  // An undo changes it from outside.
  if (value !== text.toLowerCase() && (whole.test(text) || !text)) setText(value)
  return (
    <Field label={label}>
      <span className={css.colour}>
        <input type="color" tabIndex={-1} aria-hidden="true" value={value || usual} onChange={(event) => say(event.currentTarget.value)} />
        <Text label={label} value={text} write={say} placeholder={t('looks.usual')} maxLength={7} spellCheck={false} aria-invalid={text !== '' && !whole.test(text)} />
      </span>
    </Field>
  )
}

export function Place({ draft, change }: Props) {
  const { t } = useWords()
  const options = (names: Record<string, Key>) => Object.entries(names).map(([value, key]) => <option key={value} value={value}>{t(key)}</option>)
  return (
    <>
      <Field label={t('looks.mode')}>
        <Select label={t('looks.mode')} value={draft.mode} pick={(mode) => change({ mode: mode as WidgetSettings['mode'], place: mode === 'inline' ? draft.place || '#chat' : draft.place })}>
          {options({ window: 'looks.window', side: 'looks.side', full: 'looks.full', inline: 'looks.inline' })}
        </Select>
      </Field>
      {draft.mode === 'inline' && <Field label={t('looks.selector')}><Text label={t('looks.selector')} value={draft.place} write={(place) => change({ place })} maxLength={200} placeholder="#chat" /></Field>}
      <Field label={t('looks.launcher')}>
        <Select label={t('looks.launcher')} value={draft.launcher} pick={(launcher) => change({ launcher: launcher as WidgetSettings['launcher'] })}>
          {options({ chat: 'looks.chat', question: 'looks.question', hand: 'looks.hand', mail: 'looks.mail', none: 'looks.none' })}
        </Select>
      </Field>
      <div className={css.pair}>
        <Field label={t('looks.sideOf')}><Select label={t('looks.sideOf')} value={draft.side} pick={(side) => change({ side: side as WidgetSettings['side'] })}>{options({ right: 'looks.right', left: 'looks.left' })}</Select></Field>
        <Field label={t('looks.x')}><NumberField label={t('looks.x')} value={draft.x} min={0} max={400} write={(x) => change({ x: x ?? 0 })} /></Field>
        <Field label={t('looks.y')}><NumberField label={t('looks.y')} value={draft.y} min={0} max={400} write={(y) => change({ y: y ?? 0 })} /></Field>
      </div>
    </>
  )
}

export function Before({ draft, change }: Props) {
  const { t } = useWords()
  const live = useLive()
  const { data } = useQuery({ queryKey: ['forms'], queryFn: ({ signal }) => live.rest<Form[]>('GET', 'forms', undefined, signal), staleTime: 30_000 })
  return (
    <>
      <p className={page.more}>{t('looks.beforeWhy')}</p>
      <Select label={t('looks.before')} value={draft.form ?? ''} pick={(form) => change({ form: form ? Number(form) : null })}>
        <option value="">{t('looks.noForm')}</option>
        {data?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </Select>
    </>
  )
}

type Where = { type?: string; segment?: number; all?: Where[] }
/** The condition of a group that has only one; the server writes a segment so. */
const lone = (where: WidgetRules['where']): Where | null => {
  const group = where as Where | null
  return group?.all?.length === 1 ? group.all[0] ?? null : group
}

export function Rules({ draft, change }: Props) {
  const { t } = useWords()
  const live = useLive()
  const { rules } = draft
  const set = (part: Partial<WidgetRules>) => change({ rules: { ...rules, ...part } })
  const { data } = useQuery({ queryKey: ['names', 'segments'], queryFn: () => live.rest<{ segments: Segment[] }>('GET', 'segments'), staleTime: 30_000 })
  const segments = data?.segments.filter(({ subject }) => subject === 'contact') ?? []
  const where = lone(rules.where)
  const who = !where ? '' : where.type === 'segment' ? String(where.segment) : 'own'
  const [own, setOwn] = useState(who === 'own')
  const pick = (value: string) => {
    setOwn(value === 'own')
    if (value !== 'own') set({ where: value ? { type: 'segment', segment: Number(value) } : null })
  }
  const gone = Number(who) > 0 && data && !segments.some(({ id }) => String(id) === who)
  return (
    <>
      <label className={page.check}><input type="checkbox" className={fields.check} checked={draft.on} onChange={() => change({ on: !draft.on })} />{t('looks.on')}</label>
      <Lines label={t('looks.urls')} lines={rules.urls} write={(urls) => set({ urls })} />
      <Lines label={t('looks.notOn')} lines={rules.not_on} write={(not_on) => set({ not_on })} />
      <p className={page.more}>{t('looks.globs')}</p>
      <Field label={t('looks.who')}>
        <Select label={t('looks.who')} value={own ? 'own' : who} pick={pick}>
          <option value="">{t('looks.everybody')}</option>
          {segments.map(({ id, name }) => <option key={id} value={id}>{t('looks.segment', { name })}</option>)}
          {gone && <option value={who}>{t('looks.gone')}</option>}
          <option value="own">{t('looks.own')}</option>
        </Select>
      </Field>
      {own && <Suspense><Conditions where={rules.where} change={(where) => set({ where })} /></Suspense>}
      <div className={css.pair}>
        <Field label={t('looks.devices')}>
          <Select label={t('looks.devices')} value={rules.device} pick={(device) => set({ device: device as WidgetRules['device'] })}>
            <option value="all">{t('looks.all')}</option><option value="phone">{t('looks.onlyPhone')}</option><option value="computer">{t('looks.onlyComputer')}</option>
          </Select>
        </Field>
        <Field label={t('looks.hours')}>
          <Select label={t('looks.hours')} value={rules.hours} pick={(hours) => set({ hours: hours as WidgetRules['hours'] })}>
            <option value="always">{t('looks.alwaysOpen')}</option><option value="open">{t('looks.openOnly')}</option>
          </Select>
        </Field>
        <Field label={t('looks.delay')}><NumberField label={t('looks.delay')} value={rules.delay} min={0} max={3600} write={(delay) => set({ delay: delay ?? 0 })} /></Field>
        <Field label={t('looks.scroll')}><NumberField label={t('looks.scroll')} value={rules.scroll} min={0} max={100} write={(scroll) => set({ scroll: scroll ?? 0 })} /></Field>
      </div>
    </>
  )
}

function Lines({ label, lines, write }: { label: string; lines: string[]; write: (lines: string[]) => void }) {
  const [text, setText] = useState(lines.join('\n'))
  return (
    <Field label={label}>
      <textarea aria-label={label} className={fields.field} rows={2} value={text} spellCheck={false}
        onChange={(event) => {
          setText(event.currentTarget.value)
          write(event.currentTarget.value.split('\n').map((line) => line.trim()).filter(Boolean))
        }} />
    </Field>
  )
}

const written = (variables: Record<string, string>) => Object.entries(variables).map(([name, value]) => `${name}: ${value}`)

export function Variables({ draft, change }: Props) {
  const { t } = useWords()
  const read = (lines: string[]) => Object.fromEntries(lines.map((line) => {
    const [name = '', ...value] = line.split(':')
    return [name.trim().replace(/^--/, ''), value.join(':').replace(/;\s*$/, '').trim()]
  }))
  return (
    <>
      <p className={page.more}>{t('looks.variablesWhy')}</p>
      <Lines label={t('looks.variables')} lines={written(draft.variables)} write={(lines) => change({ variables: read(lines) })} />
    </>
  )
}

export function Snippet({ of }: { of: string }) {
  const { t } = useWords()
  const key = useFact((state) => state.session?.application.key ?? '')
  const named = of === 'default' ? '' : `, widget: "${of}"`
  const text = `<script data-cfasync="false" type="text/javascript">window.civchat = { apiKey: "${key}"${named} };</script>\n<script data-cfasync="false" type="text/javascript" src="${location.origin}/widget.js?key=${key}" async></script>`
  return (
    <section className={css.section} aria-label={t('looks.snippet')}>
      <h3 className={page.partName}>{t('looks.snippet')}</h3>
      <p className={page.more}>{t('looks.snippetWhy')}</p>
      <pre className={css.code} tabIndex={0}>{text}</pre>
      <div className={css.foot}><CopyButton value={text}>{({ copied, copy }) => <Button size="compact-md" variant="default" onClick={copy}>{t(copied ? 'looks.copied' : 'looks.copy')}</Button>}</CopyButton></div>
    </section>
  )
}
