import { Button, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type FormEvent } from 'react'
import { useAgain, useAsked, useRoleName } from '../access/data'
import { ChangePassword } from '../access/password'
import { Passkeys } from '../access/passkeys'
import { SecondFactor } from '../access/second-factor'
import { SignIns } from '../access/sign-ins'
import type { AgentProfile } from '../live/api-types'
import { useLive } from '../live/context'
import { Late } from '../parts/late'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './settings.module.css'
import { Sheet } from './sheet'

/** What one decides about oneself: the name, the password, a second factor, and where one is signed in. */
export default function Profile() {
  const { t } = useWords()
  const { data, error, refetch } = useAsked<AgentProfile>('profile')
  return (
    <Sheet title={t('settings.profile')} why={t('myself.why')}>
      {error && !data && <div role="alert"><p>{t('myself.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && <Name key={data.name} kept={data} />}
      <ChangePassword />
      <SecondFactor />
      <Passkeys />
      <SignIns path="profile/sign-ins" own />
    </Sheet>
  )
}

function Name({ kept }: { kept: AgentProfile }) {
  const { t } = useWords()
  const live = useLive()
  const again = useAgain()
  const roleName = useRoleName()
  const [name, setName] = useState(kept.name)
  const [refused, setRefused] = useState('')
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setRefused('')
    try {
      await live.rest('PATCH', 'profile', { name })
      await again('profile', 'agents')
      notifications.show({ message: t('myself.saved') })
    } catch (error) {
      setRefused(refusal(error, t))
    }
  }
  return (
    <form className={css.part} onSubmit={(event) => void save(event)}>
      <p className={css.note}>{kept.email} · {roleName(kept.role)}</p>
      <TextInput label={t('myself.name')} description={t('myself.nameWhy')} value={name} maxLength={100} required withAsterisk={false} error={refused || undefined} onChange={(event) => setName(event.currentTarget.value)} />
      <Button type="submit" className={css.adds} disabled={!name.trim() || name.trim() === kept.name}>{t('save')}</Button>
    </form>
  )
}
