import { Button, Textarea, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Does, Macro, Priority } from '../conversation/answers-data'
import { Chip } from '../inbox/chip'
import { useLabels } from '../inbox/labels-data'
import { PRIORITIES } from '../inbox/priority'
import { useFact, useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { Select } from '../people/fields'
import fields from '../people/fields.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './settings.module.css'
import { WhoseChoice, type Whose } from './whose'

const NOTHING: Does = { message: '', texts: {}, note: '', labels: [], priority: null, assign: null, turn: null }
const HOUR = 60
const SNOOZES = [HOUR, 3 * HOUR, 24 * HOUR, 3 * 24 * HOUR, 7 * 24 * HOUR]

/** A macro; without one, a new one. */
export function MacroForm({ macro, done, close }: { macro?: Macro; done: () => void; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const labels = useLabels()
  const [name, setName] = useState(macro?.name ?? '')
  const [does, setDoes] = useState<Does>(macro?.does ?? NOTHING)
  const [whose, setWhose] = useState<Whose>(macro ?? { for: 'me', group: null })
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const set = (change: Partial<Does>) => setDoes({ ...does, ...change })
  const toggle = (id: number) => set({ labels: does.labels.includes(id) ? does.labels.filter((one) => one !== id) : [...does.labels, id] })
  const saveIt = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const kept = { ...does, labels: labels ? does.labels.filter((id) => labels.some((one) => one.id === id)) : does.labels }
      const body = { name, does: kept, for: whose.for, group: whose.group }
      await (macro ? live.rest('PATCH', `macros/${macro.id}`, body) : live.rest('POST', 'macros', body))
      done()
      close()
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} size="lg" title={macro ? t('canned.edit', { name: macro.name }) : t('macros.new')}>
      <form className={css.form} onSubmit={(event) => void saveIt(event)}>
        <TextInput label={t('macros.name')} value={name} maxLength={64} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <Textarea label={t('macros.step.message')} description={t('macros.messageWhy')} value={does.message} autosize minRows={2} maxRows={10} onChange={(event) => set({ message: event.currentTarget.value })} />
        <Textarea label={t('macros.step.note')} value={does.note} autosize minRows={1} maxRows={6} onChange={(event) => set({ note: event.currentTarget.value })} />
        <AssignChoice does={does} set={set} />
        <Named label={t('macros.step.priority')}>
          <Select label={t('macros.step.priority')} value={does.priority ?? ''} pick={(value) => set({ priority: (value || null) as Priority | null })}>
            <option value="">{t('macros.keep')}</option>
            {PRIORITIES.map((one) => <option key={one} value={one}>{t(`priority.${one}`)}</option>)}
          </Select>
        </Named>
        {labels && labels.length > 0 && (
          <fieldset className={css.choices}>
            <legend>{t('macros.step.label')}</legend>
            {labels.map((label) => (
              <label key={label.id} className={css.check}>
                <input type="checkbox" className={fields.check} checked={does.labels.includes(label.id)} onChange={() => toggle(label.id)} /><Chip colour={label.colour}>{label.name}</Chip>
              </label>
            ))}
          </fieldset>
        )}
        <Named label={t('macros.step.turn')}>
          <Select label={t('macros.step.turn')} value={does.turn ? `${does.turn.to} ${does.turn.minutes ?? ''}` : ''} pick={(value) => {
            const [to, minutes] = value.split(' ')
            set({ turn: to ? { to: to as 'closed', minutes: minutes ? Number(minutes) : null } : null })
          }}>
            <option value="">{t('macros.keep')}</option>
            <option value="closed ">{t('macros.turn.closed')}</option>
            <option value="open ">{t('macros.turn.open')}</option>
            {SNOOZES.map((minutes) => <option key={minutes} value={`snoozed ${minutes}`}>{minutes < 24 * HOUR ? t('macros.hours', { n: minutes / HOUR }) : t('macros.days', { n: minutes / HOUR / 24 })}</option>)}
          </Select>
        </Named>
        <WhoseChoice whose={whose} pick={setWhose} />
        {refused && <p className={css.more} role="alert">{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={!name.trim()}>{t('save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function AssignChoice({ does, set }: { does: Does; set: (change: Partial<Does>) => void }) {
  const { t } = useWords()
  const agents = useFact((state) => state.agents)
  const groups = useFact((state) => state.groups)
  return (
    <Named label={t('macros.step.assign')}>
      <Select label={t('macros.step.assign')} value={does.assign ? `${does.assign.to} ${does.assign.id ?? ''}` : ''} pick={(value) => {
        const [to, id] = value.split(' ')
        set({ assign: to ? { to: to as 'me', id: id ? Number(id) : null } : null })
      }}>
        <option value="">{t('macros.keep')}</option>
        <option value="me ">{t('macros.me')}</option>
        <option value="nobody ">{t('macros.nobody')}</option>
        {agents.map(({ id, name }) => <option key={id} value={`agent ${id}`}>{name}</option>)}
        {groups.map(({ id, name }) => <option key={`group ${id}`} value={`group ${id}`}>{name}</option>)}
      </Select>
    </Named>
  )
}

function Named({ label, children }: { label: string; children: React.ReactNode }) {
  return <div className={css.fieldset}><span className={css.legend} aria-hidden="true">{label}</span>{children}</div>
}
