import { Button, CopyButton, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { Invited } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import fields from '../people/fields.module.css'
import keys from '../settings/keys.module.css'
import css from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useAgain } from './data'
import { RoleChoice } from './edit-agent'

/** Somebody is asked into the team: with a role and groups, by mail where there is a mail server, and by a link. */
export function Invite({ mail, close, done }: { mail: boolean; close: () => void; done: (invited: Invited) => void }) {
  const { t, language } = useWords()
  const live = useLive()
  const again = useAgain()
  const groups = useFact((state) => state.groups)
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [role, setRole] = useState('agent')
  const [inside, setInside] = useState<readonly number[]>([])
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const toggle = (id: number) => setInside((now) => (now.includes(id) ? now.filter((each) => each !== id) : [...now, id]))
  const send = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      done(await live.rest<Invited>('POST', 'invitations', { email: email.trim(), name: name.trim(), role, groups: inside, language }))
      void again('invitations', 'roles')
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t('invite.title')}>
      <form className={css.form} onSubmit={(event) => void send(event)}>
        <TextInput label={t('invite.email')} type="email" required withAsterisk={false} value={email} onChange={(event) => setEmail(event.currentTarget.value)} data-autofocus />
        <TextInput label={t('agents.name')} description={t('invite.nameWhy')} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} />
        <RoleChoice value={role} choose={setRole} />
        {groups.length > 0 && (
          <fieldset className={css.fieldset}>
            <legend className={css.legend}>{t('agents.groups')}</legend>
            {groups.map(({ id, name: called }) => (
              <label key={id} className={css.check}>
                <input type="checkbox" className={fields.check} checked={inside.includes(id)} onChange={() => toggle(id)} /><span>{called}</span>
              </label>
            ))}
          </fieldset>
        )}
        <p className={css.note}>{t(mail ? 'invite.byMail' : 'invite.noMail')}</p>
        {refused && <p role="alert">{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy}>{t(mail ? 'invite.send' : 'invite.make')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

/** The only time that the link is seen. */
export function InvitationLink({ invited, close }: { invited?: Invited; close: () => void }) {
  const { t } = useWords()
  // The panel knows best by which address people reach it.
  const link = invited && location.origin + invited.link.slice(invited.link.indexOf('/panel/'))
  return (
    <Dialog opened={invited !== undefined} onClose={close} title={t('invite.link')}>
      <p>{invited && t(invited.invitation.mailed ? 'invite.mailed' : 'invite.notMailed', { email: invited.invitation.email })}</p>
      <code className={keys.secret} data-testid="secret">{link}</code>
      <p className={css.more}>{t('invite.linkWhy')}</p>
      <div className={css.foot}>
        <CopyButton value={link ?? ''}>{({ copied, copy }) => <Button onClick={copy} data-autofocus>{copied ? t('copied') : t('invite.copy')}</Button>}</CopyButton>
        <Button variant="default" onClick={close}>{t('close')}</Button>
      </div>
    </Dialog>
  )
}
