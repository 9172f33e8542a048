import { IconBookmark, IconPencil, IconPlus, IconUsers } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { NavLink } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact } from '../live/context'
import { useMay } from '../live/may'
import type { InboxView } from '../live/saved-views'
import { savedOf, type View } from '../live/views'
import { area, useWords } from '../words/words'
import css from './inbox.module.css'
import own from './where.module.css'

const EditView = area(() => import('./saved-form'), 'inbox', 'refusals')

/** Below the usual views: one's own and the team's, and the way to make another. */
export default function Saved({ view }: { view: View }) {
  const { t } = useWords()
  const views = useFact((state) => state.views)
  const [editing, setEditing] = useState<InboxView | 'new'>()
  const current = views?.find(({ id }) => id === savedOf(view))
  useActions([
    { id: 'newView', label: t('inboxView.new'), group: t('keys.list'), run: () => setEditing('new') },
    ...(current ? [{ id: 'editView', label: t('inboxView.edit', { name: current.name }), group: t('keys.list'), run: () => setEditing(current) }] : []),
  ])
  return (
    <>
      {views?.map((one) => <Entry key={one.id} one={one} view={view} edit={() => setEditing(one)} />)}
      <li><button type="button" className={own.add} onClick={() => setEditing('new')}><IconPlus size={16} stroke={1.7} aria-hidden="true" />{t('inboxView.new')}</button></li>
      {editing && <Suspense><EditView saved={editing === 'new' ? undefined : editing} close={() => setEditing(undefined)} /></Suspense>}
    </>
  )
}

function Entry({ one: { id, name, shared, by, own: mine }, view, edit }: { one: InboxView; view: View; edit: () => void }) {
  const { t, locale } = useWords()
  const shares = useMay('inbox.manage')
  const counted = useFact((state) => state.viewCounts[id])
  const Icon = shared ? IconUsers : IconBookmark
  const title = shared && !mine ? t('inboxView.by', { name, by }) : name
  return (
    <li className={own.item}>
      <NavLink className={css.view} to={`/inbox/view-${id}`} aria-current={savedOf(view) === id ? 'page' : undefined} title={title}>
        <Icon size={16} stroke={1.7} aria-hidden="true" />
        <span className={css.viewName}>{name}</span>
        <span className={css.count}>{counted && counted.count > 0 && `${new Intl.NumberFormat(locale).format(counted.count)}${counted.more ? '+' : ''}`}</span>
      </NavLink>
      {(mine || shares) && <button type="button" className={own.edit} onClick={edit} aria-label={t('inboxView.edit', { name })} title={t('inboxView.edit', { name })}><IconPencil size={16} /></button>}
    </li>
  )
}
