import { Button } from '@mantine/core'
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { refusal } from '../words/refusals'
import { Section } from '../person/person'
import { valueText } from '../segments/sentence'
import { useTimes } from '../words/times'
import { useWords } from '../words/words'
import fields from './fields.module.css'
import { Value } from './fields'
import { attributeName, useAttributes, useRefresh } from './names'
import css from './profile.module.css'
import type { Attribute, Source } from './types'

type Of = 'contacts' | 'companies' | 'deals'

/** What others on this page show already, in their own way. */
const ELSEWHERE = new Set(['name', 'first_seen', 'last_seen', 'browser', 'os_type', 'device', 'browser_language'])

const AGAIN: Record<Of, string[]> = { contacts: ['profile', 'contacts'], companies: ['company', 'companies', 'explain'], deals: ['deals', 'names'] }

type Props = { id: number; values: Record<string, unknown>; of?: Of; sources?: Record<string, Source>; children?: ReactNode }

/** Attributes with their values, each edited where it stands. Empty ones wait behind a button. */
export function AttributeList({ id, values, of = 'contacts', sources = {}, children }: Props) {
  const { t } = useWords()
  const attributes = useAttributes()
  const [everything, setEverything] = useState(false)
  // What one came to look up or to change first: own ones, then the standard ones, then what only follows.
  const rank = ({ id, writable }: Attribute) => (id ? 0 : writable ? 1 : 2)
  // A company has no names of its parts: its name is edited as the rest of it.
  const all = (attributes ?? []).filter(({ std }) => !ELSEWHERE.has(std) || (of === 'companies' && std === 'name')).sort((one, other) => rank(one) - rank(other))
  const filled = all.filter(({ std }) => values[std] !== undefined && values[std] !== null)
  const empty = all.filter((one) => one.writable && !filled.includes(one))
  return (
    <Section title={t('profile.attributes')}>
      {children}
      <div className={css.rows}>
        {[...filled, ...(everything ? empty : [])].map((attribute) => <Row key={attribute.std} of={of} id={id} attribute={attribute} value={values[attribute.std]} source={sources[attribute.std]} />)}
      </div>
      {empty.length > 0 && (
        <div><Button size="compact-sm" variant="subtle" color="gray" aria-expanded={everything} onClick={() => setEverything(!everything)}>
          {everything ? t('profile.hideEmpty') : t('profile.showEmpty', { n: empty.length })}
        </Button></div>
      )}
    </Section>
  )
}

function Row({ of, id, attribute, value, source }: { of: Of; id: number; attribute: Attribute; value: unknown; source?: Source }) {
  const { t, locale } = useWords()
  const [editing, setEditing] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const name = attributeName(attribute, t)
  const shown = valueText(value, t, locale, attribute.type)
  const edited = useRef(false)
  useEffect(() => {
    // Whoever was writing goes on from where the field was.
    if (!editing && edited.current) button.current?.focus()
    edited.current = editing
  }, [editing])
  return (
    <div className={css.row}>
      <span className={css.label}>{name}{source && <From source={source} />}</span>
      {!attribute.writable ? <span className={css.fixed}>{shown || '–'}</span>
        : editing ? <Edit of={of} id={id} attribute={attribute} name={name} value={value} done={() => setEditing(false)} />
        : <button ref={button} type="button" className={css.value} data-empty={shown ? undefined : true} aria-label={t('profile.edit', { name, value: shown || '–' })} onClick={() => setEditing(true)}>{shown || '–'}</button>}
    </div>
  )
}

/** A value that no person wrote says who did. */
function From({ source: { by, at } }: { source: Source }) {
  const { t } = useWords()
  const times = useTimes()
  return <span className={css.source} title={t('enrich.sourceAt', { provider: by, date: times.full(at) })}>{t('enrich.source', { provider: by })}</span>
}

/** A value in writing: its field by its type, saved by Enter, left by Escape; a refusal is told where it stands. */
export function Edit({ of, id, attribute, name, value, done }: { of: Of; id: number; attribute: Attribute; name: string; value: unknown; done: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const json = attribute.type === 'json'
  const [next, setNext] = useState<unknown>(json ? JSON.stringify(value ?? null, null, 2) : value)
  const [error, setError] = useState('')
  const saving = useRef(false)
  const box = useRef<HTMLDivElement>(null)

  const save = async () => {
    if (saving.current) return
    saving.current = true
    try {
      const sent = json ? JSON.parse(String(next || 'null')) as unknown : next ?? null
      if (JSON.stringify(sent) !== JSON.stringify(value ?? null)) {
        await live.rest('PATCH', `${of}/${id}`, { attributes: { [attribute.std]: sent } })
        refresh(...AGAIN[of])
      }
      done()
    } catch (problem) {
      setError(problem instanceof RestError && problem.code === 'taken' ? t(of === 'companies' ? 'company.taken' : 'profile.taken')
        : problem instanceof RestError && problem.status === 0 ? t('profile.noLink')
        : problem instanceof SyntaxError ? t('profile.json') : refusal(problem, t))
    } finally {
      saving.current = false
    }
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      done()
    } else if (event.key === 'Enter' && (!json || event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      void save()
    }
  }
  return (
    <div ref={box} className={css.edit} onKeyDown={press}>
      {json
        ? <textarea className={fields.field} rows={5} autoFocus aria-label={name} value={String(next)} onChange={(event) => setNext(event.currentTarget.value)} />
        : <Value attribute={attribute} label={name} value={next} write={setNext} autoFocus invalid={error !== ''} />}
      {error && <span className={css.error} role="alert">{error}</span>}
      <div className={css.editFoot}>
        <Button size="compact-sm" onClick={() => void save()}>{t('save')}</Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={done}>{t('cancel')}</Button>
      </div>
    </div>
  )
}
