import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useAgain, useAsked, useRoleName, useTeam } from '../access/data'
import { EditAgent } from '../access/edit-agent'
import { OpenInvitations } from '../access/invitations'
import { InvitationLink, Invite } from '../access/invite'
import type { TeamAgent as Agent, Invitations, Invited } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { RestError } from '../live/rest'
import { Dialog } from '../parts/dialog'
import { Face } from '../parts/face'
import { Late } from '../parts/late'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './settings.module.css'
import { Sheet } from './sheet'

/** Who works for the application: with which role, in which groups; and the way out for those who no longer do. */
export default function Agents() {
  const { t } = useWords()
  const [leaving, setLeaving] = useState<Agent>()
  const [edited, setEdited] = useState<Agent>()
  const [inviting, setInviting] = useState(false)
  const [invited, setInvited] = useState<Invited>()
  const invites = useMay('agents.invite')
  const { data, error, refetch } = useTeam()
  const { data: asked } = useAsked<Invitations>('invitations', useMay('agents.read'))
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.agents')} why={t('agents.why')} actions={data && invites && <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>{t('invite.title')}</Button>}>
      {forbidden && <p className={css.note} role="status">{t('agents.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('agents.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && !forbidden && (
        <ul className={css.rows} aria-label={t('settings.agents')}>
          {data.agents.map((agent) => <Row key={agent.id} agent={agent} edit={() => setEdited(agent)} remove={() => setLeaving(agent)} />)}
        </ul>
      )}
      {data && asked && <OpenInvitations invitations={asked.invitations} shown={setInvited} />}
      {inviting && <Invite mail={asked?.mail ?? false} close={() => setInviting(false)} done={(made) => { setInviting(false); setInvited(made) }} />}
      <InvitationLink invited={invited} close={() => setInvited(undefined)} />
      {edited && <EditAgent key={edited.id} agent={edited} close={() => setEdited(undefined)} />}
      <Leaving agent={leaving} close={() => setLeaving(undefined)} />
    </Sheet>
  )
}

function Row({ agent, edit, remove }: { agent: Agent; edit: () => void; remove: () => void }) {
  const { t } = useWords()
  const roleName = useRoleName()
  const groups = useFact((state) => state.groups)
  const face = useFact((state) => state.agents.find(({ id }) => id === agent.id))
  const manages = useMay('agents.manage')
  const arranges = useMay('groups.manage')
  const mine = groups.filter((group) => group.agents.includes(agent.id)).map(({ name }) => name)
  const why = agent.yours ? undefined : t('agents.notYours')
  return (
    <li className={`${css.row} ${css.wraps}`}>
      <Face id={agent.id} name={agent.name} online={face?.online} state={face?.state} />
      <span className={css.lines}>
        <strong>{agent.name}</strong>
        <span className={css.more}>{agent.email}{mine.length > 0 && ` · ${mine.join(', ')}`}</span>
      </span>
      <span className={css.state}>{roleName(agent.role)}</span>
      <span className={css.acts}>
        {(manages || arranges) && <Button size="compact-md" variant="default" onClick={edit} disabled={manages && !agent.yours} title={why} aria-label={t('agents.editName', { name: agent.name })}>{t('agents.edit')}</Button>}
        {manages && <Button size="compact-md" variant="default" onClick={remove} disabled={!agent.yours} title={why} aria-label={t('agents.removeName', { name: agent.name })}>{t('agents.remove')}</Button>}
      </span>
    </li>
  )
}

/** Taking somebody out can't be taken back, so it is asked for, with what it means. */
function Leaving({ agent, close }: { agent?: Agent; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const again = useAgain()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const done = () => {
    setRefused('')
    close()
  }
  const remove = async (one: Agent) => {
    setBusy(true)
    try {
      await live.rest('DELETE', `agents/${one.id}`)
      await again('agents', 'roles')
      notifications.show({ message: t('agents.removed', { name: one.name }) })
      done()
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened={agent !== undefined} onClose={done} title={agent && t('agents.sure', { name: agent.name })}>
      <p>{t('agents.sureWhy')}</p>
      {refused && <p role="alert">{refused}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={done} data-autofocus>{t('cancel')}</Button>
        <Button color="red" loading={busy} onClick={() => agent && void remove(agent)}>{t('agents.remove')}</Button>
      </div>
    </Dialog>
  )
}
