import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { MadeWebhook as Made, Webhook, Webhooks as Known } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import page from './settings.module.css'
import { Sheet } from './sheet'
import { Secret, Sure } from './webhook-dialogs'
import { WebhookForm } from './webhook-form'
import { Log } from './webhook-log'
import css from './webhooks.module.css'

export type { Made, Webhook }

export const HOOKS = ['webhooks']

/** What to call a webhook: its name, else where it leads. */
export const called = (hook: Webhook) => hook.name || hook.url.replace(/^https?:\/\//, '')

/** Which programs are told what happens, and what became of it. */
export default function Webhooks() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const [editing, setEditing] = useState<Webhook | 'new'>()
  const [secret, setSecret] = useState<string>()
  const [opened, setOpened] = useState<number>()
  const [asking, setAsking] = useState<{ of: Webhook; what: 'delete' | 'rotate' }>()
  const { data, error, refetch } = useQuery({
    queryKey: HOOKS,
    queryFn: ({ signal }) => live.rest<Known>('GET', 'webhooks', undefined, signal),
    enabled: online,
    refetchInterval: 10_000,
  })
  const again = () => queries.invalidateQueries({ queryKey: HOOKS })
  const turn = async (hook: Webhook) => {
    try {
      await live.rest('PATCH', `webhooks/${hook.id}`, { on: !hook.on })
      await again()
    } catch {
      notifications.show({ message: t('failed.action'), color: 'red' })
    }
  }
  const looked = data?.webhooks.find(({ id }) => id === opened)
  if (looked) return <Log of={looked} close={() => setOpened(undefined)} />
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.webhooks')} why={t('hooks.why')} actions={data && <Button onClick={() => setEditing('new')}>{t('hooks.new')}</Button>}>
      {forbidden && <p className={page.note} role="status">{t('hooks.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('hooks.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={page.note}>{t('loading')}</p></Late>}
      {data?.webhooks.length === 0 && <p className={page.note}>{t('hooks.none')}</p>}
      {data && data.webhooks.length > 0 && (
        <ul className={page.rows} aria-label={t('settings.webhooks')}>
          {data.webhooks.map((hook) => (
            <Row key={hook.id} of={hook} open={() => setOpened(hook.id)} edit={() => setEditing(hook)} turn={() => void turn(hook)} ask={(what) => setAsking({ of: hook, what })} />
          ))}
        </ul>
      )}
      {editing && data && (
        <WebhookForm of={editing === 'new' ? undefined : editing} kinds={Object.keys(data.kinds)} close={() => setEditing(undefined)}
          done={(made) => { setEditing(undefined); setSecret(made); void again() }} />
      )}
      <Secret secret={secret} close={() => setSecret(undefined)} />
      <Sure asked={asking} close={() => setAsking(undefined)} done={(made) => { setAsking(undefined); setSecret(made); void again() }} />
    </Sheet>
  )
}

type RowProps = { of: Webhook; open: () => void; edit: () => void; turn: () => void; ask: (what: 'delete' | 'rotate') => void }

function Row({ of, open, edit, turn, ask }: RowProps) {
  const { t, locale } = useWords()
  const moment = (text: string) => new Date(text).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const name = called(of)
  const state = !of.on ? t(`hooks.off.${of.off ?? 'people'}`) : of.failing ? t('hooks.failing', { when: moment(of.failing) }) : t('hooks.on')
  const what = of.kinds[0] === '*' ? t('hooks.all') : t('hooks.some', { n: of.kinds.length })
  return (
    <li className={`${page.row} ${css.row}`}>
      <span className={page.lines}>
        <strong>{name}</strong>
        {of.name && <span className={page.more}>{of.url}</span>}
        <span className={page.more}><span className={!of.on && of.off !== 'people' || of.failing ? css.bad : undefined}>{state}</span> · <span title={of.kinds.join(', ')}>{what}</span></span>
        {of.rotating && <span className={page.more}>{t('hooks.rotating', { when: moment(of.rotating) })}</span>}
      </span>
      <span className={css.acts}>
        <Button size="compact-md" variant="default" onClick={open} aria-label={t('hooks.deliveriesOf', { name })}>{t('hooks.deliveries')}</Button>
        <Button size="compact-md" variant="default" onClick={edit} aria-label={t('hooks.editName', { name })}>{t('hooks.edit')}</Button>
        <Button size="compact-md" variant="default" onClick={turn}>{t(of.on ? 'hooks.switchOff' : 'hooks.switchOn')}</Button>
        <Button size="compact-md" variant="default" onClick={() => ask('rotate')}>{t('hooks.rotate')}</Button>
        <Button size="compact-md" variant="default" onClick={() => ask('delete')}>{t('hooks.delete')}</Button>
      </span>
    </li>
  )
}
