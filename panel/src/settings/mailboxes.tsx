import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Mailbox, Mailboxes as Known } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Dialog } from '../parts/dialog'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import { MailboxForm } from './mailbox-form'
import own from './privacy.module.css'
import css from './settings.module.css'
import hooks from './webhooks.module.css'

const BOXES = ['mail/mailboxes']

/** The mailboxes that are read: whether each can be, what is wrong and what to do. */
export function Mailboxes() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const [editing, setEditing] = useState<Mailbox | 'new'>()
  const [leaving, setLeaving] = useState<Mailbox>()
  const { data, error, refetch } = useQuery({
    queryKey: BOXES,
    queryFn: ({ signal }) => live.rest<Known>('GET', 'mail/mailboxes', undefined, signal),
    enabled: online,
    refetchInterval: 5_000,
  })
  const again = () => queries.invalidateQueries({ queryKey: BOXES })
  const turn = async (box: Mailbox) => {
    try {
      await live.rest('PATCH', `mail/mailboxes/${box.id}`, { on: !box.on })
      await again()
    } catch {
      notifications.show({ message: t('failed.action'), color: 'red', closeButtonProps: { 'aria-label': t('close') } })
    }
  }
  if (error instanceof RestError && error.status === 403) return null
  return (
    <section className={own.section} aria-labelledby="incoming">
      <h3 className={own.title} id="incoming">{t('boxes.title')}</h3>
      <p className={css.note}>{t('boxes.why')}</p>
      {error && !data && <div role="alert"><p>{t('boxes.unshown')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && data.mailboxes.length > 0 && (
        <ul className={css.rows} aria-labelledby="incoming">
          {data.mailboxes.map((box, place) => (
            <Row key={box.id} of={box} first={place === 0 && data.mailboxes.length > 1} edit={() => setEditing(box)} turn={() => void turn(box)} leave={() => setLeaving(box)} />
          ))}
        </ul>
      )}
      {data && <div><Button variant="default" onClick={() => setEditing('new')}>{t('boxes.new')}</Button></div>}
      {editing && <MailboxForm of={editing === 'new' ? undefined : editing} close={() => setEditing(undefined)} done={() => { setEditing(undefined); void again() }} />}
      <Sure of={leaving} close={() => setLeaving(undefined)} done={() => { setLeaving(undefined); void again() }} />
    </section>
  )
}

type RowProps = { of: Mailbox; first: boolean; edit: () => void; turn: () => void; leave: () => void }

function Row({ of, first, edit, turn, leave }: RowProps) {
  const { t, locale } = useWords()
  const { phase, since, step, said, idle } = of.state
  const name = of.address
  const when = new Date(since).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <li className={`${css.row} ${hooks.row}`}>
      <span className={css.lines}>
        <strong>{name}</strong>
        <span className={css.more}>{`${of.user} · ${of.host}:${of.port} · ${of.folder}`}</span>
        <span className={css.more}>
          <span className={phase === 'failed' ? hooks.bad : undefined}>{t(`boxes.${phase}`, { when })}</span>
          {phase === 'connected' && !idle && <> · {t('boxes.polled')}</>}
          {first && <> · {t('boxes.answers')}</>}
          {!of.begins && <> · {t('boxes.answersOnly')}</>}
        </span>
        {phase === 'failed' && step && <span className={css.more}><strong>{t(`boxStep.${step}`)}</strong> {t(`boxNext.${step}`)}</span>}
        {phase === 'failed' && said && <span className={css.more}>{t('mail.said')} <code className={own.code}>{said}</code></span>}
      </span>
      <span className={hooks.acts}>
        <Button size="compact-md" variant="default" onClick={edit} aria-label={t('boxes.editName', { name })}>{t('boxes.edit')}</Button>
        <Button size="compact-md" variant="default" onClick={turn} aria-label={t(of.on ? 'boxes.offName' : 'boxes.onName', { name })}>{t(of.on ? 'boxes.turnOff' : 'boxes.turnOn')}</Button>
        <Button size="compact-md" variant="default" onClick={leave} aria-label={t('boxes.deleteName', { name })}>{t('boxes.delete')}</Button>
      </span>
    </li>
  )
}

function Sure({ of, close, done }: { of?: Mailbox; close: () => void; done: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const act = async (box: Mailbox) => {
    setBusy(true)
    setFailed(false)
    try {
      await live.rest('DELETE', `mail/mailboxes/${box.id}`)
      done()
    } catch {
      setFailed(true)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened={of !== undefined} onClose={close} title={of && t('boxes.sure', { name: of.address })}>
      <p>{t('boxes.sureWhy')}</p>
      {failed && <p role="alert">{t('failed.action')}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={close} data-autofocus>{t('cancel')}</Button>
        <Button color="red.9" loading={busy} onClick={() => of && void act(of)}>{t('boxes.delete')}</Button>
      </div>
    </Dialog>
  )
}
