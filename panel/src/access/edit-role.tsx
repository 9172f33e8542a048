import { Button, NativeSelect, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type FormEvent } from 'react'
import type { PermissionTold, Role, Roles } from '../live/api-types'
import { useLive } from '../live/context'
import { useMay } from '../live/may'
import { Dialog } from '../parts/dialog'
import fields from '../people/fields.module.css'
import css from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { useWords, type Key } from '../words/words'
import own from './access.module.css'
import { headed, roleName, sentence, useAgain } from './data'

/** What a role is called and allows; built-in ones are only looked at. */
export function EditRole({ role, known, close }: { role?: Role; known: Roles; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const again = useAgain()
  const manages = useMay('roles.manage')
  const fixed = !manages || role?.built_in === true || role?.yours === false
  const [name, setName] = useState(role ? roleName(role, t) : '')
  const [chosen, setChosen] = useState<readonly string[]>(role?.permissions ?? known.roles.find(({ id }) => id === 'agent')?.permissions ?? [])
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const toggle = (permission: string) => setChosen((now) => (now.includes(permission) ? now.filter((each) => each !== permission) : [...now, permission]))
  const startFrom = (id: string) => setChosen(known.roles.find((one) => one.id === id)?.permissions.filter((permission) => known.permissions.some((one) => one.name === permission && one.yours)) ?? [])
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!name.trim()) return setRefused(t('roles.needsName'))
    setBusy(true)
    try {
      const body = { name: name.trim(), permissions: chosen }
      await (role ? live.rest('PATCH', `roles/${role.id}`, body) : live.rest('POST', 'roles', body))
      await again('roles', 'agents')
      notifications.show({ message: t('roles.saved', { name: body.name }) })
      close()
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  const title = role ? roleName(role, t) : t('roles.new')
  return (
    <Dialog opened onClose={close} size="lg" title={title}>
      <form className={css.form} onSubmit={(event) => void save(event)}>
        {role?.built_in && <p className={css.note}>{t('roles.builtIn')}</p>}
        {role && !role.built_in && fixed && <p className={css.note}>{t('roles.notYours')}</p>}
        {!role?.built_in && <TextInput label={t('roles.name')} placeholder={t('roles.nameHint')} value={name} maxLength={64} disabled={fixed} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />}
        {!role && (
          <NativeSelect label={t('roles.startFrom')} defaultValue="agent" onChange={(event) => startFrom(event.currentTarget.value)}
            data={[...known.roles.map((one) => ({ value: one.id, label: roleName(one, t) })), { value: 'none', label: t('roles.fromNothing') }]} />
        )}
        {headed(known.permissions).map(({ heading, permissions }) => (
          <fieldset key={heading} className={css.fieldset} disabled={fixed}>
            <legend className={css.legend}>{t(`mayHeading.${heading}` as Key)}</legend>
            {permissions.map((permission) => <Permission key={permission.name} of={permission} checked={chosen.includes(permission.name)} toggle={() => toggle(permission.name)} />)}
          </fieldset>
        ))}
        {refused && <p role="alert">{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t(fixed ? 'close' : 'cancel')}</Button>
          {!fixed && <Button type="submit" loading={busy}>{t('save')}</Button>}
        </div>
      </form>
    </Dialog>
  )
}

function Permission({ of, checked, toggle }: { of: PermissionTold; checked: boolean; toggle: () => void }) {
  const { t } = useWords()
  return (
    <label className={own.permission} title={of.yours ? undefined : t('roles.notHeld')}>
      <input type="checkbox" className={fields.check} checked={checked} disabled={!of.yours} onChange={toggle} />
      <span>{sentence(of, t)}</span>
    </label>
  )
}
