import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { MailSender, MailSenders } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import { CheckSender } from './mail-check'
import { DeleteSender } from './mail-delete'
import { Signing } from './mail-dkim'
import { SenderForm } from './mail-sender-form'
import own from './privacy.module.css'
import page from './settings.module.css'
import css from './mail.module.css'

const SENDERS = ['mail', 'senders']

/** What to call a sender: its name, else its address. */
export const called = (sender: MailSender) => sender.name || sender.address

type Asked = { of?: MailSender; what: 'new' | 'edit' | 'check' | 'sign' | 'delete' }

/** Over what mails go out: the senders of the application, or that of the installation. */
export function Senders() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const [asked, setAsked] = useState<Asked>()
  const { data, error, refetch } = useQuery({
    queryKey: SENDERS,
    queryFn: ({ signal }) => live.rest<MailSenders>('GET', 'mail/senders', undefined, signal),
    enabled: online,
    refetchInterval: 15_000,
  })
  const close = () => setAsked(undefined)
  const done = () => { close(); void queries.invalidateQueries({ queryKey: SENDERS }) }
  const prefer = async (sender: MailSender) => {
    try {
      await live.rest('PATCH', `mail/senders/${sender.id}`, { default: true })
      done()
    } catch {
      notifications.show({ message: t('failed.action'), color: 'red' })
    }
  }
  const rows = data ? [...data.senders, ...(data.installation ? [data.installation] : [])] : []
  return (
    <section className={own.section} aria-labelledby="mail-senders">
      <div className={css.head}>
        <h3 className={own.title} id="mail-senders">{t('senders.title')}</h3>
        {data && rows.length > 0 && <Button variant="default" size="compact-md" onClick={() => setAsked({ what: 'new' })}>{t('senders.add')}</Button>}
      </div>
      <p className={page.note}>{t('senders.why')}</p>
      {error && !data && <div role="alert"><p>{t('privacySettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={page.note}>{t('loading')}</p></Late>}
      {data && rows.length === 0 && (
        <div className={page.empty}>
          <p className={page.emptyTitle}>{t('senders.none')}</p>
          <p>{t('senders.noneWhy')}</p>
          <Button onClick={() => setAsked({ what: 'new' })}>{t('senders.add')}</Button>
        </div>
      )}
      {rows.length > 0 && (
        <ul className={page.rows} aria-labelledby="mail-senders">
          {rows.map((sender) => <Row key={sender.id} of={sender} ask={(what) => setAsked({ of: sender, what })} prefer={() => void prefer(sender)} />)}
        </ul>
      )}
      {(asked?.what === 'new' || asked?.what === 'edit') && <SenderForm of={asked.of} close={close} done={(made) => { done(); if (!asked.of) setAsked({ of: made, what: 'check' }) }} />}
      {asked?.what === 'check' && asked.of && <CheckSender of={asked.of} close={done} />}
      {asked?.what === 'sign' && asked.of && <Signing of={rows.find(({ id }) => id === asked.of!.id) ?? asked.of} close={close} changed={() => void queries.invalidateQueries({ queryKey: SENDERS })} />}
      {asked?.what === 'delete' && asked.of && <DeleteSender of={asked.of} close={close} done={done} />}
    </section>
  )
}

type RowProps = { of: MailSender; ask: (what: Asked['what']) => void; prefer: () => void }

function Row({ of, ask, prefer }: RowProps) {
  const { t, locale } = useWords()
  const name = called(of)
  const moment = (text: string) => new Date(text).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const ours = of.id > 0
  const facts = [
    of.from_name || of.name ? of.address : '', `${of.host}:${of.port}`, of.sign ? t('senders.signs') : t('senders.signsNot'),
    of.rate ? t('senders.rate', { n: of.rate }) : '',
  ].filter(Boolean)
  return (
    <li className={`${page.row} ${css.row}`}>
      <span className={page.lines}>
        <span className={css.name}><strong>{name}</strong>{of.default && <span className={css.badge}>{t('senders.default')}</span>}</span>
        <span className={page.more}>{facts.join(' · ')}</span>
        {!ours && <span className={page.more}>{t('senders.installation')}</span>}
        {of.trouble && (
          <span className={css.bad}>
            {t(`senders.trouble.${of.trouble.step}`)} {t('senders.until', { since: moment(of.trouble.since), until: moment(of.trouble.until) })} <code className={own.code}>{of.trouble.said}</code>
          </span>
        )}
      </span>
      <span className={css.acts}>
        <Button size="compact-md" variant="default" onClick={() => ask('check')} aria-label={t('senders.checkName', { name })}>{t('senders.check')}</Button>
        {of.records.length > 0 && <Button size="compact-md" variant="default" onClick={() => ask('sign')} aria-label={t('senders.signName', { name })}>{t('senders.sign')}</Button>}
        {ours && <Button size="compact-md" variant="default" onClick={() => ask('edit')} aria-label={t('senders.editName', { name })}>{t('senders.edit')}</Button>}
        {ours && !of.default && <Button size="compact-md" variant="default" onClick={prefer} aria-label={t('senders.preferName', { name })}>{t('senders.prefer')}</Button>}
        {ours && <Button size="compact-md" variant="default" onClick={() => ask('delete')} aria-label={t('senders.deleteName', { name })}>{t('senders.delete')}</Button>}
      </span>
    </li>
  )
}
