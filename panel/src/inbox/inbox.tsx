import { Navigate, useParams } from 'react-router'
import { Conversation } from '../conversation/conversation'
import { useFact } from '../live/context'
import { groupOf, isView, savedOf } from '../live/views'
import { ConversationEmpty } from './empty'
import css from './inbox.module.css'
import { List } from './list'
import { Views } from './views'

/** Views, list and conversation side by side; on a phone one of them at a time. */
export function Inbox() {
  const { view, conversation } = useParams()
  const id = Number(conversation)
  const known = useFact((state) => Object.keys(state.conversations).length > 0)
  const fresh = useFact((state) => state.fresh)
  const groups = useFact((state) => state.groups)
  const gone = fresh && isView(view) && groupOf(view) !== undefined && !groups.some((one) => one.id === groupOf(view))
  const lost = useFact((state) => isView(view) && savedOf(view) !== undefined && state.views?.every(({ id }) => id !== savedOf(view)))
  if (!isView(view) || gone || lost || (conversation !== undefined && !Number.isSafeInteger(id))) return <Navigate to="/inbox/open" replace />
  return (
    <div className={css.inbox} data-open={conversation !== undefined || undefined}>
      <Views view={view} />
      <List key={view} view={view} current={id || undefined} />
      {conversation === undefined ? <ConversationEmpty known={known} /> : <Conversation key={id} id={id} view={view} />}
    </div>
  )
}
