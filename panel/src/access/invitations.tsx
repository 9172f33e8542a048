import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { Invitation, Invited } from '../live/api-types'
import { useLive } from '../live/context'
import { useMay } from '../live/may'
import css from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useAgain, useRoleName } from './data'

/** Who was asked and has not come yet. */
export function OpenInvitations({ invitations, shown }: { invitations: readonly Invitation[]; shown: (invited: Invited) => void }) {
  const { t } = useWords()
  if (!invitations.length) return null
  return (
    <section className={css.part} aria-label={t('invite.open')}>
      <h3 className={css.partName}>{t('invite.open')}</h3>
      <ul className={css.rows} aria-label={t('invite.open')}>{invitations.map((one) => <Row key={one.id} of={one} shown={shown} />)}</ul>
    </section>
  )
}

function Row({ of, shown }: { of: Invitation; shown: (invited: Invited) => void }) {
  const { t, locale } = useWords()
  const live = useLive()
  const again = useAgain()
  const roleName = useRoleName()
  const invites = useMay('agents.invite')
  const [busy, setBusy] = useState(false)
  const day = new Date(of.expires).toLocaleDateString(locale, { dateStyle: 'medium' })
  const act = async (what: () => Promise<void>) => {
    setBusy(true)
    try {
      await what()
    } catch (error) {
      notifications.show({ message: refusal(error, t), color: 'red' })
    } finally {
      setBusy(false)
      void again('invitations', 'roles')
    }
  }
  return (
    <li className={`${css.row} ${css.wraps}`}>
      <span className={css.lines}><strong>{of.name || of.email}</strong><span className={css.more}>{of.name && `${of.email} · `}{t(of.expired ? 'invite.expired' : 'invite.until', { when: day, who: of.by })}</span></span>
      <span className={css.state}>{roleName(of.role)}</span>
      {invites && (
        <span className={css.acts}>
          <Button size="compact-md" variant="default" loading={busy} aria-label={t('invite.againName', { email: of.email })}
            onClick={() => void act(async () => shown(await live.rest<Invited>('POST', `invitations/${of.id}/renew`)))}>{t('invite.again')}</Button>
          <Button size="compact-md" variant="default" disabled={busy} aria-label={t('invite.revokeName', { email: of.email })}
            onClick={() => void act(async () => {
              await live.rest('DELETE', `invitations/${of.id}`)
              notifications.show({ message: t('invite.revoked', { email: of.email }) })
            })}>{t('invite.revoke')}</Button>
        </span>
      )}
    </li>
  )
}
