import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Dialog } from '../parts/dialog'
import { useWords } from '../words/words'
import css from './erase.module.css'
import { saveProof, told, type Erasure } from './erasures'
import { Text } from './fields'
import { useRefresh } from './names'
import type { Contact } from './types'

const LOOK_EVERY = 500

/** Erases a person everywhere: what will go, the name typed, how far it is, and the proof. */
export default function Erase({ contact, close }: { contact: Contact; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const queries = useQueryClient()
  const [erasure, setErasure] = useState<number>()
  const end = () => {
    close()
    if (erasure === undefined) return
    live.erased([contact.id])
    for (const key of ['profile', 'timeline']) queries.removeQueries({ queryKey: [key, contact.id] })
    refresh('contacts', 'count', 'names', 'duplicates')
    void navigate('/people', { replace: true })
  }
  return (
    <Dialog opened onClose={end} title={t(erasure === undefined ? 'erase.title' : 'erase.progress', { name: contact.name })}>
      {erasure === undefined ? <Ask contact={contact} close={close} begun={setErasure} /> : <Proof id={erasure} close={end} />}
    </Dialog>
  )
}

function Ask({ contact, close, begun }: { contact: Contact; close: () => void; begun: (erasure: number) => void }) {
  const { t } = useWords()
  const live = useLive()
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const kept = useQuery({ queryKey: ['kept', contact.id], queryFn: () => live.rest<{ counts: Record<string, number> }>('GET', `contacts/${contact.id}/kept`), staleTime: 0, gcTime: 0 })
  const forbidden = kept.error instanceof RestError && kept.error.status === 403
  const sure = typed.trim() === contact.name.trim()
  const erase = async () => {
    setBusy(true)
    try {
      begun((await live.rest<Erasure>('POST', `contacts/${contact.id}/erase`)).id)
    } catch (problem) {
      setError(problem instanceof RestError && problem.status === 403 ? t('privacy.forbidden') : t('failed.action'))
      setBusy(false)
    }
  }
  if (forbidden) {
    return <div className={css.form}><p role="alert">{t('privacy.forbidden')}</p><div className={css.foot}><Button variant="default" onClick={close} autoFocus>{t('close')}</Button></div></div>
  }
  return (
    <form className={css.form} onSubmit={(event) => { event.preventDefault(); if (sure && !busy) void erase() }}>
      <p>{t('erase.what')}</p>
      {kept.data ? <Counts counts={kept.data.counts} label={t('erase.goes')} /> : kept.isError ? <p className={css.error} role="alert">{t('erase.uncounted')}</p> : <p className={css.hint} role="status">{t('erase.counting')}</p>}
      <p className={css.hint}>{t('erase.forever')}</p>
      <label className={css.labelled}><span>{t('erase.type', { name: contact.name })}</span>
        <Text label={t('erase.type', { name: contact.name })} value={typed} write={setTyped} data-autofocus /></label>
      {error && <p className={css.error} role="alert">{error}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={close}>{t('cancel')}</Button>
        <Button type="submit" color="red" disabled={!sure} loading={busy}>{t('erase.do')}</Button>
      </div>
    </form>
  )
}

function Proof({ id, close }: { id: number; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const { data } = useQuery({
    queryKey: ['erasure', id],
    queryFn: () => live.rest<Erasure>('GET', `erasures/${id}`),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.status === 'done' ? false : LOOK_EVERY),
  })
  const done = data?.status === 'done'
  return (
    <div className={css.form}>
      <p role="status">{t(done ? 'erase.done' : 'erase.running')}</p>
      {!done && <progress className={css.progress} aria-label={t('erase.running')} />}
      {data && <Counts counts={data.counts} label={t(done ? 'erase.gone' : 'erase.goes')} />}
      {done && <p className={css.hint}>{t('erase.proofWhat')}</p>}
      <div className={css.foot}>
        {done && <Button leftSection={<IconDownload size={16} />} onClick={() => saveProof(data)}>{t('erase.proof')}</Button>}
        <Button variant="default" onClick={close}>{t('close')}</Button>
      </div>
      {!done && <p className={css.hint}>{t('erase.leave')}</p>}
    </div>
  )
}

function Counts({ counts, label }: { counts: Record<string, number>; label: string }) {
  const { t, locale } = useWords()
  const number = new Intl.NumberFormat(locale)
  return (
    <dl className={css.counts} aria-label={label}>
      {told(counts, t).map(([name, count]) => <div key={name} className={css.count}><dt>{name}</dt><dd>{number.format(count)}</dd></div>)}
    </dl>
  )
}
