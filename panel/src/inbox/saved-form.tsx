import { Button, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { useLive } from '../live/context'
import { useMay } from '../live/may'
import type { InboxView, Sort, Where } from '../live/saved-views'
import { Dialog } from '../parts/dialog'
import { Select } from '../people/fields'
import fields from '../people/fields.module.css'
import { tellFailed, tellWithUndo } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { WhereForm } from './where'
import css from './where.module.css'

const SORTS: Sort[] = ['newest', 'waiting', 'due', 'priority']

/** What a view asks for, in which order, and whose it is; without one, a new view, perhaps of a question that is there. */
export default function EditView({ saved, first, close }: { saved?: InboxView; first?: Where; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const [name, setName] = useState(saved?.name ?? '')
  const [where, setWhere] = useState<Where>(saved?.where ?? first ?? { status: ['open'] })
  const [sort, setSort] = useState<Sort>(saved?.sort ?? 'newest')
  const shares = useMay('inbox.manage')
  const [shared, setShared] = useState(saved?.shared ?? false)
  const [busy, setBusy] = useState(false)
  const [needs, setNeeds] = useState(false)
  const failed = (error: unknown) => tellFailed(t, refusal(error, t))

  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!name.trim()) return setNeeds(true)
    setBusy(true)
    try {
      const body = { name: name.trim(), where, sort, shared }
      const { id } = await (saved ? live.rest<InboxView>('PATCH', `inbox-views/${saved.id}`, body) : live.rest<InboxView>('POST', 'inbox-views', body))
      await live.learnViews()
      close()
      void navigate(`/inbox/view-${id}`)
    } catch (error) {
      failed(error)
    } finally {
      setBusy(false)
    }
  }
  const remove = async ({ id, ...view }: InboxView) => {
    try {
      await live.rest('DELETE', `inbox-views/${id}`)
      close()
      tellWithUndo(t, t('inboxView.deleted', { name: view.name }), () => live.rest('POST', 'inbox-views', { name: view.name, where: view.where, sort: view.sort, shared: view.shared }))
    } catch (error) {
      failed(error)
    }
  }
  return (
    <Dialog opened onClose={close} size="lg" title={saved ? t('inboxView.edit', { name: saved.name }) : t('inboxView.new')}>
      <form className={css.form} onSubmit={(event) => void save(event)}>
        <TextInput label={t('inboxView.name')} placeholder={t('inboxView.hint')} value={name} maxLength={64} error={needs && !name.trim() && t('inboxView.needsName')} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <WhereForm where={where} set={setWhere} />
        <div className={css.pair}>
          <label className={css.field}><span>{t('inboxView.sort')}</span>
            <Select label={t('inboxView.sort')} value={sort} pick={(value) => setSort(value as Sort)}>{SORTS.map((one) => <option key={one} value={one}>{t(`inboxView.sort.${one}`)}</option>)}</Select>
          </label>
        </div>
        {shares && <label className={css.check}><input type="checkbox" className={fields.check} checked={shared} onChange={() => setShared(!shared)} />{t('inboxView.shared')}</label>}
        <div className={css.foot}>
          {saved && <Button data-start variant="subtle" color="red" onClick={() => void remove(saved)}>{t('delete')}</Button>}
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy}>{t('save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
