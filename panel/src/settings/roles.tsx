import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { roleName, useAgain, useRoles } from '../access/data'
import { EditRole } from '../access/edit-role'
import type { Role } from '../live/api-types'
import { useLive } from '../live/context'
import { useMay } from '../live/may'
import { RestError } from '../live/rest'
import { Dialog } from '../parts/dialog'
import { Late } from '../parts/late'
import { refusal } from '../words/refusals'
import { useWords, type Key } from '../words/words'
import css from './settings.module.css'
import { Sheet } from './sheet'

/** What agents may do: three roles are there, others are made out of single permissions. */
export default function RolesPage() {
  const { t } = useWords()
  const manages = useMay('roles.manage')
  const [edited, setEdited] = useState<Role | 'new'>()
  const [leaving, setLeaving] = useState<Role>()
  const { data, error, refetch } = useRoles()
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.roles')} why={t('roles.why')}
      actions={data && manages && <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>{t('roles.add')}</Button>}>
      {forbidden && <p className={css.note} role="status">{t('roles.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('roles.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && !forbidden && (
        <ul className={css.rows} aria-label={t('settings.roles')}>
          {data.roles.map((role) => <Row key={role.id} role={role} manages={manages} edit={() => setEdited(role)} remove={() => setLeaving(role)} />)}
        </ul>
      )}
      {edited && data && <EditRole key={edited === 'new' ? 'new' : edited.id} role={edited === 'new' ? undefined : edited} known={data} close={() => setEdited(undefined)} />}
      <Leaving role={leaving} close={() => setLeaving(undefined)} />
    </Sheet>
  )
}

function Row({ role, manages, edit, remove }: { role: Role; manages: boolean; edit: () => void; remove: () => void }) {
  const { t } = useWords()
  const name = roleName(role, t)
  const what = role.built_in ? t(`roleWhat.${role.id}` as Key) : t('roles.some', { n: role.permissions.length })
  const why = role.yours ? undefined : t('roles.notYours')
  return (
    <li className={`${css.row} ${css.wraps}`}>
      <span className={css.lines}><strong>{name}</strong><span className={css.more}>{what}</span></span>
      <span className={css.state}>{t('roles.agents', { n: role.agents })}</span>
      <span className={css.acts}>
        <Button size="compact-md" variant="default" onClick={edit} aria-label={t(role.built_in || !manages ? 'roles.seeName' : 'roles.editName', { name })}>{t(role.built_in || !manages ? 'roles.see' : 'roles.edit')}</Button>
        {!role.built_in && manages && (
          <Button size="compact-md" variant="default" onClick={remove} disabled={!role.yours || role.agents > 0} title={why ?? (role.agents ? t('roles.used') : undefined)} aria-label={t('roles.deleteName', { name })}>{t('delete')}</Button>
        )}
      </span>
    </li>
  )
}

function Leaving({ role, close }: { role?: Role; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const again = useAgain()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const done = () => {
    setRefused('')
    close()
  }
  const remove = async ({ id, name }: Role) => {
    setBusy(true)
    try {
      await live.rest('DELETE', `roles/${id}`)
      await again('roles')
      notifications.show({ message: t('roles.deleted', { name }) })
      done()
    } catch (error) {
      setRefused(refusal(error, t))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened={role !== undefined} onClose={done} title={role && t('roles.sure', { name: role.name })}>
      <p>{t('roles.sureWhy')}</p>
      {refused && <p role="alert">{refused}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={done} data-autofocus>{t('cancel')}</Button>
        <Button color="red" loading={busy} onClick={() => role && void remove(role)}>{t('delete')}</Button>
      </div>
    </Dialog>
  )
}
