import type { AgentGroup } from '@shared/types'
import { Button, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Dialog } from '../parts/dialog'
import { Face } from '../parts/face'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'
import css from './settings.module.css'

const LONGEST = 64

/** The name of a group and who is in it; without a group, a new one. */
export function EditGroup({ group, close }: { group?: AgentGroup; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const agents = useFact((state) => state.agents)
  const [name, setName] = useState(group?.name ?? '')
  const [members, setMembers] = useState<readonly number[]>(group?.agents ?? [])
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const toggle = (id: number) => setMembers((now) => (now.includes(id) ? now.filter((each) => each !== id) : [...now, id]))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!name.trim()) return setRefused(t('groups.needsName'))
    setBusy(true)
    try {
      const body = { name: name.trim(), agents: members.filter((id) => agents.some((one) => one.id === id)) }
      await (group ? live.rest('PATCH', `groups/${group.id}`, body) : live.rest('POST', 'groups', body))
      notifications.show({ message: t('groups.saved', { name: body.name }) })
      close()
    } catch (error) {
      setRefused(error instanceof RestError && error.code === 'taken' ? t('groups.taken') : t('failed.action'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={group ? t('groups.editName', { name: group.name }) : t('groups.new')}>
      <form onSubmit={(event) => void save(event)} className={css.form}>
        <TextInput label={t('groups.name')} placeholder={t('groups.nameHint')} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={LONGEST}
          error={refused || undefined} data-autofocus />
        <fieldset className={css.fieldset}>
          <legend className={css.legend}>{t('groups.members')}</legend>
          {agents.map((agent) => (
            <label key={agent.id} className={css.check}>
              <input type="checkbox" className={fields.check} checked={members.includes(agent.id)} onChange={() => toggle(agent.id)} />
              <Face id={agent.id} name={agent.name} size="small" /><span>{agent.name}</span>
            </label>
          ))}
        </fieldset>
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy}>{t('save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Deleting a group moves conversations of others, so it is asked for, with what it means. */
export function LeaveGroup({ group, close }: { group?: AgentGroup; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const done = () => {
    setRefused('')
    close()
  }
  const remove = async ({ id, name }: AgentGroup) => {
    setBusy(true)
    try {
      await live.rest('DELETE', `groups/${id}`)
      await queries.invalidateQueries({ queryKey: ['group-rules'] })
      notifications.show({ message: t('groups.deleted', { name }) })
      done()
    } catch {
      setRefused(t('failed.action'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened={group !== undefined} onClose={done} title={group && t('groups.sure', { name: group.name })}>
      <p>{t('groups.sureWhy')}</p>
      {refused && <p role="alert">{refused}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={done} data-autofocus>{t('cancel')}</Button>
        <Button color="red" loading={busy} onClick={() => group && void remove(group)}>{t('delete')}</Button>
      </div>
    </Dialog>
  )
}
