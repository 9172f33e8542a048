import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconArrowMerge, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Chip } from '../inbox/chip'
import { COLOURS, useLabels, type Colour, type Label } from '../inbox/labels-data'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { Late } from '../parts/late'
import fields from '../people/fields.module.css'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './settings.module.css'
import { Sheet } from './sheet'

type Asking = { what: 'edit'; label?: Label } | { what: 'merge' | 'delete'; label: Label }

/** What conversations are about: made, coloured, renamed, merged and deleted for all of them at once. */
export default function ConversationLabels() {
  const { t, locale } = useWords()
  const live = useLive()
  const labels = useLabels()
  const { data: use } = useQuery({ queryKey: ['inbox', 'labels', 'use'], queryFn: () => live.rest<{ counts: Record<number, number> }>('GET', 'conversation-labels/use') })
  const [asking, setAsking] = useState<Asking>()
  const close = () => setAsking(undefined)
  const count = ({ id }: Label) => use?.counts[id] ?? 0
  const number = new Intl.NumberFormat(locale)
  return (
    <Sheet title={t('label.title')} why={t('label.why')}
      actions={<Button leftSection={<IconPlus size={16} />} onClick={() => setAsking({ what: 'edit' })}>{t('label.new')}</Button>}>
      {!labels && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {labels?.length === 0 && <p className={css.note}>{t('label.empty')}</p>}
      {labels && labels.length > 0 && (
        <ul className={css.rows} aria-label={t('label.title')}>
          {labels.map((label) => (
            <li key={label.id} className={css.row}>
              <span className={css.lines}>
                <span><Chip colour={label.colour}>{label.name}</Chip></span>
                <span className={css.more}>{label.merging ? t('label.merging', { name: labels.find(({ id }) => id === label.merging)?.name ?? '' }) : use && t('label.used', { n: count(label), shown: number.format(count(label)) })}</span>
              </span>
              {!label.merging && (
                <>
                  <Do label={t('label.edit', { name: label.name })} icon={IconPencil} run={() => setAsking({ what: 'edit', label })} />
                  {labels.length > 1 && <Do label={t('label.merge', { name: label.name })} icon={IconArrowMerge} run={() => setAsking({ what: 'merge', label })} />}
                  <Do label={t('label.delete', { name: label.name })} icon={IconTrash} run={() => setAsking({ what: 'delete', label })} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {asking?.what === 'edit' && <Edit label={asking.label} close={close} />}
      {asking?.what === 'merge' && <Merge label={asking.label} others={labels?.filter(({ id, merging }) => id !== asking.label.id && !merging) ?? []} close={close} />}
      {asking?.what === 'delete' && <Delete label={asking.label} count={count(asking.label)} close={close} />}
    </Sheet>
  )
}

function Do({ label, icon: Icon, run }: { label: string; icon: typeof IconPencil; run: () => void }) {
  return <ActionIcon onClick={run} aria-label={label} title={label}><Icon size={16} /></ActionIcon>
}

/** Does it, says what is refused, and lets everything that shows labels ask again. */
function useDoing(close: () => void) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const run = async (method: string, path: string, body?: object) => {
    setBusy(true)
    try {
      await live.rest(method, path, body)
      void queries.invalidateQueries({ queryKey: ['inbox', 'labels'] })
      close()
    } catch (error) {
      tellFailed(t, refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  return { busy, run }
}

function Edit({ label, close }: { label?: Label; close: () => void }) {
  const { t } = useWords()
  const { busy, run } = useDoing(close)
  const [name, setName] = useState(label?.name ?? '')
  const [colour, setColour] = useState<Colour>(label?.colour ?? 'indigo')
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim()) void run(label ? 'PATCH' : 'POST', label ? `conversation-labels/${label.id}` : 'conversation-labels', { name: name.trim(), colour })
  }
  return (
    <Dialog opened onClose={close} title={label ? t('label.edit', { name: label.name }) : t('label.new')}>
      <form className={css.form} onSubmit={save}>
        <TextInput label={t('label.name')} value={name} maxLength={40} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <fieldset className={css.choices}>
          <legend>{t('label.colour')}</legend>
          {COLOURS.map((one) => (
            <label key={one} className={fields.choice}>
              <input type="radio" className={fields.check} name="colour" checked={one === colour} onChange={() => setColour(one)} /><Chip colour={one}>{t(`colour.${one}`)}</Chip>
            </label>
          ))}
        </fieldset>
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={!name.trim()}>{t('save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function Merge({ label, others, close }: { label: Label; others: Label[]; close: () => void }) {
  const { t } = useWords()
  const { busy, run } = useDoing(close)
  const [into, setInto] = useState(others[0]?.id)
  return (
    <Dialog opened onClose={close} title={t('label.merge', { name: label.name })}>
      <form className={css.form} onSubmit={(event) => { event.preventDefault(); void run('POST', `conversation-labels/${into}/merge`, { others: [label.id] }) }}>
        <fieldset className={css.choices}>
          <legend>{t('label.into')}</legend>
          {others.map((one) => (
            <label key={one.id} className={fields.choice}>
              <input type="radio" className={fields.check} name="into" checked={one.id === into} onChange={() => setInto(one.id)} /><Chip colour={one.colour}>{one.name}</Chip>
            </label>
          ))}
        </fieldset>
        <p className={css.note}>{t('label.mergeWhy', { name: label.name })}</p>
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" color="red" loading={busy}>{t('label.doMerge')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function Delete({ label, count, close }: { label: Label; count: number; close: () => void }) {
  const { t, locale } = useWords()
  const { busy, run } = useDoing(close)
  return (
    <Dialog opened onClose={close} title={t('label.delete', { name: label.name })}>
      <p>{t('label.deleteWhy', { n: count, shown: new Intl.NumberFormat(locale).format(count) })}</p>
      <div className={css.foot}>
        <Button variant="default" onClick={close} data-autofocus>{t('cancel')}</Button>
        <Button color="red" loading={busy} onClick={() => void run('DELETE', `conversation-labels/${label.id}`)}>{t('delete')}</Button>
      </div>
    </Dialog>
  )
}
