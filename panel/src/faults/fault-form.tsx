import { Button, Checkbox, Radio, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { newId } from '@shared/ids'
import { useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import type { NewFault } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import page from '../settings/settings.module.css'
import { Sheet } from '../settings/sheet'
import { localMoment } from '../parts/local-moment'
import { useUnsaved } from '../unsaved/unsaved'
import { Back } from '../unsaved/leaving'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useOwner } from './data'
import css from './faults.module.css'
import { device, shrunk, trace } from './known'
import { post, put, Refused, send } from './outbox'

const CATEGORIES = ['critical', 'major', 'minor'] as const
const SERVICES = ['widget', 'panel', 'api', 'email', 'push', 'webhooks', 'imports', 'other'] as const
const LONG = ['expected', 'actual', 'appears', 'absent', 'details', 'data'] as const
const blank = { device: '', system: '', version: '', browser: '', screen: '', language: '', zone: '' }
const NEEDED: readonly string[] = ['expected', 'actual']

/** Everything that the operator asks for; what the browser knows is filled in, and can be looked at before it is sent. */
export function FaultForm() {
  const { t } = useWords()
  const live = useLive()
  const owner = useOwner()
  const navigate = useNavigate()
  const from = (useLocation().state as { from?: string } | null)?.from ?? document.referrer
  const name = useFact(({ session }) => session?.agent.name ?? '')
  const [id] = useState(() => newId())
  const [untouched] = useState(() => ({
    first_name: name.split(' ')[0] ?? '', last_name: name.split(' ').slice(1).join(' '), category: 'major' as NewFault['category'],
    services: ['panel'] as NewFault['services'], noticed: localMoment(new Date()), expected: '', actual: '', appears: '', absent: '', details: '', data: '', screenshot: '',
  }))
  const { draft: report, change: setReport, back, forget } = useUnsaved('fault', untouched)
  const [machine, setMachine] = useState<Awaited<ReturnType<typeof device>>>()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const file = useRef<HTMLInputElement>(null)
  const known = trace(from, live.store.get())
  const set = (some: Partial<typeof report>) => setReport((before) => ({ ...before, ...some }))
  const machinery = (some: object) => setMachine((before) => ({ ...(before ?? blank), ...some }))
  useEffect(() => void device().then(setMachine), [])
  const ready = !!(report.first_name.trim() && report.services.length && report.expected.trim() && report.actual.trim() && report.noticed)
  const submit = async () => {
    setBusy(true)
    setRefused('')
    const said = { ...report, client_id: id, noticed: new Date(report.noticed).toISOString(), device: machine, trace: known }
    const kept = put(owner, said)
    try {
      const made = kept ? await send(live, owner) : [await post(live, said)]
      forget()
      notifications.show({ withBorder: true, message: t('faults.sent'), closeButtonProps: { 'aria-label': t('close') } })
      void navigate(`/faults/${made.at(-1) ?? ''}`)
    } catch (error) {
      if (error instanceof Refused || !kept) {
        setRefused(refusal(error instanceof Refused ? error.cause : error, t))
        setBusy(false)
        return
      }
      forget()
      notifications.show({ withBorder: true, message: t('faults.kept'), closeButtonProps: { 'aria-label': t('close') } })
      void navigate('/faults')
    }
  }
  const picture = async (chosen: File | undefined) => {
    if (!chosen) return
    try {
      set({ screenshot: await shrunk(chosen) })
    } catch {
      setRefused(t('faults.noPicture'))
    }
  }
  return (
    <Sheet title={t('faults.report')} why={t('faults.reportWhy')}>
      {back && <Back discard={() => { setReport(untouched); forget() }} />}
      <form className={css.form} onSubmit={(event) => { event.preventDefault(); if (ready && !busy) void submit() }}>
        <div className={css.pair}>
          <TextInput label={t('faults.firstName')} value={report.first_name} maxLength={100} onChange={(event) => set({ first_name: event.currentTarget.value })} />
          <TextInput label={t('faults.lastName')} value={report.last_name} maxLength={100} onChange={(event) => set({ last_name: event.currentTarget.value })} />
          <TextInput type="datetime-local" label={t('faults.noticed')} value={report.noticed} onChange={(event) => set({ noticed: event.currentTarget.value })} />
        </div>
        <Radio.Group label={t('faults.category')} value={report.category} onChange={(category) => set({ category: category as NewFault['category'] })}>
          {CATEGORIES.map((value) => <Radio key={value} mt="xs" value={value} label={t(`faults.category.${value}`)} description={t(`faults.categoryWhat.${value}`)} />)}
        </Radio.Group>
        <Checkbox.Group label={t('faults.services')} value={report.services} onChange={(services) => set({ services: services as NewFault['services'] })}>
          <div className={css.pair}>{SERVICES.map((value) => <Checkbox key={value} value={value} label={t(`faults.service.${value}`)} />)}</div>
        </Checkbox.Group>
        {LONG.map((field) => (
          <Textarea key={field} label={t(`faults.${field}`)} description={t(`faults.${field}Why`)} required={NEEDED.includes(field)} withAsterisk={NEEDED.includes(field)} value={report[field]} maxLength={10_000} autosize minRows={2} maxRows={12}
            onChange={(event) => set({ [field]: event.currentTarget.value })} />
        ))}
        <div className={css.pair}>
          {(['device', 'system', 'version'] as const).map((field) => <TextInput key={field} label={t(`faults.on.${field}`)} value={machine?.[field] ?? ''} maxLength={200} onChange={(event) => machinery({ [field]: event.currentTarget.value })} />)}
        </div>
        <div>
          <input ref={file} type="file" accept="image/png,image/jpeg,image/webp" hidden aria-label={t('faults.picture')} onChange={(event) => void picture(event.currentTarget.files?.[0])} />
          {report.screenshot
            ? <><img className={css.picture} src={report.screenshot} alt={t('faults.picture')} /><Button variant="default" mt="xs" onClick={() => set({ screenshot: '' })}>{t('faults.noPictureAnyMore')}</Button></>
            : <Button variant="default" onClick={() => file.current?.click()}>{t('faults.addPicture')}</Button>}
        </div>
        <details className={css.auto}>
          <summary>{t('faults.auto')}</summary>
          <pre className={css.code} tabIndex={0}>{JSON.stringify({ ...machine, ...known }, null, 1)}</pre>
        </details>
        {refused && <p className={css.red} role="alert">{refused}</p>}
        <div className={page.foot}><Button type="submit" loading={busy} disabled={!ready}>{t('faults.send')}</Button></div>
      </form>
    </Sheet>
  )
}
