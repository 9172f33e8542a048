import { Button, NativeSelect, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type FormEvent } from 'react'
import type { TeamAgent } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { Dialog } from '../parts/dialog'
import fields from '../people/fields.module.css'
import css from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { roleName, useAgain, useRoles } from './data'
import { SignIns } from './sign-ins'

/** The name, the role and the groups of an agent. */
export function EditAgent({ agent, close }: { agent: TeamAgent; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const again = useAgain()
  const groups = useFact((state) => state.groups)
  const manages = useMay('agents.manage')
  const arranges = useMay('groups.manage')
  const [name, setName] = useState(agent.name)
  const [role, setRole] = useState(agent.role)
  const [inside, setInside] = useState<readonly number[]>(() => groups.filter((group) => group.agents.includes(agent.id)).map(({ id }) => id))
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const change = { ...(name.trim() !== agent.name ? { name: name.trim() } : {}), ...(role !== agent.role ? { role } : {}) }
      if (Object.keys(change).length) await live.rest('PATCH', `agents/${agent.id}`, change)
      for (const group of groups) {
        const [was, is] = [group.agents.includes(agent.id), inside.includes(group.id)]
        if (was !== is) await live.rest(is ? 'PUT' : 'DELETE', `groups/${group.id}/agents/${agent.id}`)
      }
      notifications.show({ message: t('agents.saved', { name: name.trim() }) })
      close()
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(false)
      void again('agents', 'roles')
    }
  }
  const toggle = (id: number) => setInside((now) => (now.includes(id) ? now.filter((each) => each !== id) : [...now, id]))
  return (
    <Dialog opened onClose={close} title={agent.name}>
      <form className={css.form} onSubmit={(event) => void save(event)}>
        <TextInput label={t('agents.name')} value={name} maxLength={100} disabled={!manages} required withAsterisk={false} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <RoleChoice value={role} choose={setRole} disabled={!manages} />
        <fieldset className={css.fieldset} disabled={!arranges}>
          <legend className={css.legend}>{t('agents.groups')}</legend>
          {groups.length === 0 && <p className={css.more}>{t('agents.noGroups')}</p>}
          {groups.map(({ id, name: called }) => (
            <label key={id} className={css.check}>
              <input type="checkbox" className={fields.check} checked={inside.includes(id)} onChange={() => toggle(id)} /><span>{called}</span>
            </label>
          ))}
        </fieldset>
        {manages && <SignIns path={`agents/${agent.id}/sign-ins`} />}
        {refused && <p role="alert">{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy}>{t('save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

/** A role of the application. Those that may more than oneself stand there, and can't be chosen. */
export function RoleChoice({ value, choose, disabled }: { value: string; choose: (role: string) => void; disabled?: boolean }) {
  const { t } = useWords()
  const { data } = useRoles()
  const roles = data?.roles ?? []
  return (
    <NativeSelect label={t('agents.role')} description={roles.some(({ yours }) => !yours) ? t('agents.roleWhy') : undefined} value={value} disabled={disabled || !data}
      onChange={(event) => choose(event.currentTarget.value)}
      data={roles.map((role) => ({ value: role.id, label: roleName(role, t), disabled: !role.yours && role.id !== value }))} />
  )
}
