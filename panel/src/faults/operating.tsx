import { Button, Checkbox, NativeSelect, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Fault } from '../live/api-types'
import own from '../settings/privacy.module.css'
import page from '../settings/settings.module.css'
import { useWords } from '../words/words'
import { useAct } from './fault-page'
import css from './faults.module.css'

const LEADS: Record<Fault['state'], Fault['state'][]> = {
  new: ['accepted', 'working', 'waiting', 'resolved'], accepted: ['working', 'waiting', 'resolved'], working: ['waiting', 'resolved'], waiting: ['working', 'resolved'], resolved: ['working'], closed: [],
}
const CATEGORIES = ['critical', 'major', 'minor'] as const
const SAID = ['cause', 'function', 'effects', 'data'] as const
const TRUE = ['cause_removed', 'function_restored', 'effects_removed'] as const

/** What the operator does with a report: answer, move it on, judge it, and close it when all is well. */
export function Operating({ of }: { of: Fault }) {
  const { t } = useWords()
  const { busy, refused, act } = useAct(of.id)
  const [text, setText] = useState('')
  const [state, setState] = useState('')
  const [closing, setClosing] = useState(false)
  if (of.state === 'closed') return null
  const change = async () => {
    if (await act('PATCH', `operator/faults/${of.id}`, { ...(text.trim() ? { text } : {}), ...(state ? { state } : {}) })) {
      setText('')
      setState('')
    }
  }
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('faults.operating')}</h3>
      <form className={css.form} onSubmit={(event) => { event.preventDefault(); void change() }}>
        <Textarea label={t('faults.answer')} description={t('faults.answerWhy')} value={text} maxLength={10_000} autosize minRows={2} maxRows={10} onChange={(event) => setText(event.currentTarget.value)} />
        <div className={css.pair}>
          <NativeSelect label={t('faults.move')} value={state} onChange={(event) => setState(event.currentTarget.value)}
            data={[{ value: '', label: t(`faults.state.${of.state}`) }, ...LEADS[of.state].map((value) => ({ value, label: t(`faults.state.${value}`) }))]} />
          <NativeSelect label={t('faults.category')} value={of.category} onChange={(event) => void act('PATCH', `operator/faults/${of.id}`, { category: event.currentTarget.value })}
            data={CATEGORIES.map((value) => ({ value, label: t(`faults.category.${value}`) }))} />
        </div>
        {refused && <p className={css.red} role="alert">{refused}</p>}
        <div className={page.foot}>
          {!closing && <Button variant="default" onClick={() => setClosing(true)}>{t('faults.close')}</Button>}
          <Button type="submit" loading={busy} disabled={!text.trim() && !state}>{t('faults.tell')}</Button>
        </div>
      </form>
      {closing && <Close of={of} />}
    </section>
  )
}

function Close({ of }: { of: Fault }) {
  const { t } = useWords()
  const { busy, refused, act } = useAct(of.id)
  const [said, setSaid] = useState<Record<string, string>>({})
  const [done, setDone] = useState<Record<string, boolean>>({})
  const ready = SAID.every((name) => said[name]?.trim()) && TRUE.every((name) => done[name])
  return (
    <form className={css.form} aria-label={t('faults.close')} onSubmit={(event) => { event.preventDefault(); if (ready) void act('POST', `operator/faults/${of.id}/close`, { ...said, ...done }) }}>
      {SAID.map((name) => <Textarea key={name} label={t(`faults.closing.${name}`)} description={t(`faults.closingWhy.${name}`)} value={said[name] ?? ''} maxLength={10_000} autosize minRows={2} maxRows={8} onChange={(event) => setSaid({ ...said, [name]: event.currentTarget.value })} />)}
      {TRUE.map((name) => <Checkbox key={name} label={t(`faults.true.${name}`)} checked={done[name] ?? false} onChange={(event) => setDone({ ...done, [name]: event.currentTarget.checked })} />)}
      {refused && <p className={css.red} role="alert">{refused}</p>}
      <div className={page.foot}><Button type="submit" loading={busy} disabled={!ready}>{t('faults.closeNow')}</Button></div>
    </form>
  )
}
