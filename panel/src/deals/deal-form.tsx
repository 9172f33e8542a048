import { Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useFact, useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { Select, Text } from '../people/fields'
import { useRefresh } from '../people/names'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { usePipelines } from './data'
import css from './deals.module.css'
import { Finder, type Found } from './finder'
import { CURRENCIES } from './money'
import type { Deal, Pipeline } from './types'

/** Of a new one: whose it is to be, how it may be called (`first`), and from which conversation it comes. */
type Props = { deal?: Deal; pipeline?: number; contact?: Found; company?: Found; first?: string; conversation?: number; close: () => void; done: (deal: Deal) => void }

/** Asks for what a deal is: a new one, or what changes of one. */
export function DealForm(props: Props) {
  const { t } = useWords()
  const pipelines = usePipelines()
  const title = props.deal ? t('deal.edit') : t('deals.new')
  return (
    <Dialog opened onClose={props.close} title={title}>
      {pipelines.data ? <Form {...props} pipelines={pipelines.data.pipelines} /> : <p role={pipelines.isError ? 'alert' : 'status'}>{t(pipelines.isError ? 'deals.failed' : 'loading')}</p>}
    </Dialog>
  )
}

function Form({ deal, pipeline, contact, company, first = '', conversation, close, done, pipelines }: Props & { pipelines: Pipeline[] }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const agents = useFact((state) => state.agents)
  const me = useFact((state) => state.session?.agent.id ?? null)
  const begin = pipelines.find(({ id }) => id === (deal?.pipeline ?? pipeline)) ?? pipelines[0]!
  const [name, setName] = useState(deal?.name ?? first)
  const [value, setValue] = useState(deal ? deal.value : '')
  const [currency, setCurrency] = useState(deal?.currency ?? begin.currency)
  const [stage, setStage] = useState(deal?.stage ?? open(begin)[0]?.id)
  const [owner, setOwner] = useState<number | null>(deal ? deal.assignee : me)
  const [closes, setCloses] = useState(deal?.expected_close_date ?? '')
  const [customId, setCustomId] = useState(deal?.custom_id ?? '')
  const [person, setPerson] = useState<Found | null>(deal?.contact ?? contact ?? null)
  const [firm, setFirm] = useState<Found | null>(deal?.company ?? company ?? null)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const amount = value.trim().replace(/\s/g, '').replace(',', '.')
  const wrong = amount !== '' && !/^-?\d{1,15}(\.\d{1,6})?$/.test(amount)

  const save = async () => {
    setBusy(true)
    try {
      const said = {
        name: name.trim(), value: amount || '0', currency: currency.trim().toUpperCase(), ...(stage ? { stage } : {}), assignee: owner,
        expected_close_date: closes || null, custom_id: customId.trim() || null, contact: person?.id ?? null, company: firm?.id ?? null,
      }
      const saved = deal ? await live.rest<Deal>('PATCH', `deals/${deal.id}`, { ...said, ...(stage === deal.stage ? { stage: undefined } : {}) }) : await live.rest<Deal>('POST', 'deals', { ...said, ...(conversation ? { conversation } : {}) })
      refresh('deals')
      close()
      done(saved)
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <form className={css.form} onSubmit={(event) => { event.preventDefault(); if (name.trim() && !wrong && !busy) void save() }}>
      <Field label={t('deals.name')}><Text label={t('deals.name')} value={name} write={setName} maxLength={254} autoFocus data-autofocus onFocus={(event) => event.currentTarget.select()} /></Field>
      <div className={css.pair}>
        <Field label={t('deals.value')}><Text label={t('deals.value')} inputMode="decimal" value={value} write={setValue} aria-invalid={wrong || undefined} /></Field>
        <Field label={t('deals.currency')} short><Text label={t('deals.currency')} value={currency} write={setCurrency} maxLength={3} offers={CURRENCIES} /></Field>
      </div>
      {wrong && <p className={css.error} role="alert">{t('deals.valueWrong')}</p>}
      <Field label={t('deals.stage')}>
        <Select label={t('deals.stage')} value={stage ?? ''} pick={(id) => setStage(Number(id))}>
          {pipelines.map((one) => <optgroup key={one.id} label={one.name}>{open(one).map(({ id, name }) => <option key={id} value={id}>{name}</option>)}</optgroup>)}
        </Select>
      </Field>
      <Pick label={t('deals.contact')} of="contacts" chosen={person} choose={setPerson} />
      <Pick label={t('deals.company')} of="companies" chosen={firm} choose={setFirm} />
      <div className={css.pair}>
        <Field label={t('deals.owner')}>
          <Select label={t('deals.owner')} value={owner ?? ''} pick={(id) => setOwner(Number(id) || null)}>
            <option value="">{t('deals.nobody')}</option>
            {agents.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </Select>
        </Field>
        <Field label={t('deals.closes')}><Text label={t('deals.closes')} type="date" value={closes} write={setCloses} /></Field>
      </div>
      <Field label={t('deals.customId')}><Text label={t('deals.customId')} value={customId} write={setCustomId} maxLength={255} /></Field>
      {refused && <p className={css.error} role="alert">{refused}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={close}>{t('cancel')}</Button>
        <Button type="submit" loading={busy} disabled={!name.trim() || wrong}>{deal ? t('save') : t('deals.make')}</Button>
      </div>
    </form>
  )
}

/** Stages that deals can enter: not those that are about to go. */
export const open = ({ stages }: Pipeline) => stages.filter(({ leaving_for }) => leaving_for === null)

function Field({ label, short, children }: { label: string; short?: boolean; children: ReactNode }) {
  return <label className={css.field} data-short={short || undefined}><span aria-hidden="true">{label}</span>{children}</label>
}

function Pick({ label, of, chosen, choose }: { label: string; of: 'contacts' | 'companies'; chosen: Found | null; choose: (one: Found | null) => void }) {
  const { t } = useWords()
  const [finding, setFinding] = useState(false)
  return (
    <div className={css.field}>
      <span aria-hidden="true">{label}</span>
      {finding ? <Finder of={of} label={label} pick={(one) => { choose(one); setFinding(false) }} close={() => setFinding(false)} />
        : chosen ? (
          <span className={css.chosen}>
            <span className={css.chosenName}>{chosen.name}</span>
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setFinding(true)} aria-label={t('deals.changeOf', { label, name: chosen.name })}>{t('deals.change')}</Button>
            <Button size="compact-sm" variant="subtle" color="gray" px={6} onClick={() => choose(null)} aria-label={t('profile.remove', { name: chosen.name })}><IconX size={14} /></Button>
          </span>
        )
        : <div><Button size="compact-md" variant="default" onClick={() => setFinding(true)} aria-label={t('deals.pick', { label })}>{t('deals.pickOne')}</Button></div>}
    </div>
  )
}
