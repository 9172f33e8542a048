import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { newId } from '@shared/ids'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import forms from '../forms/forms.module.css'
import { useFact, useLive } from '../live/context'
import { Text } from '../people/fields'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './modals.module.css'
import type { Modal, Reach } from './types'

/** So long a window that was opened to try it may take to come. */
const COMES_WITHIN = 30_000

/** Shows it right now: to oneself, or to all who are meant and here. */
export function Show({ modal, changed }: { modal: Modal; changed: boolean }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const origins = useFact((state) => state.session?.application.origins)
  const [page, setPage] = useState(origins?.[0] ?? `${location.origin}/demo/`)
  const [reach, setReach] = useState<Reach>()
  const [problem, setProblem] = useState('')
  const [waiting, setWaiting] = useState(false)
  const deaf = useRef<() => void>(undefined)
  useEffect(() => () => deaf.current?.(), [])

  const fail = (error: unknown) => setProblem(refusal(error, t))
  const ask = () => {
    setProblem('')
    live.rest<Reach>('GET', `modals/${modal.id}/reach`).then(setReach, fail)
  }
  const show = async () => {
    setReach(undefined)
    try {
      const { count } = await live.rest<Reach>('POST', `modals/${modal.id}/show`, {})
      notifications.show({ withBorder: true, message: t('modal.shown', { n: count }), closeButtonProps: { 'aria-label': t('close') } })
      void queries.invalidateQueries({ queryKey: ['modals'] })
    } catch (error) {
      fail(error)
    }
  }
  const tryIt = () => {
    setProblem('')
    let address: URL
    try {
      address = new URL(page)
    } catch {
      return setProblem(t('modal.tryAddress'))
    }
    // The window is known by what stands in its address, so that nobody else is shown it.
    const mark = newId()
    address.searchParams.set('switchboard-try', mark)
    deaf.current?.()
    setWaiting(true)
    const stop = live.hear({
      page: ({ contact, url }) => {
        if (!url.includes(mark)) return
        deaf.current?.()
        live.rest('POST', `modals/${modal.id}/show/${contact}`, {}).catch(fail)
      },
    })
    const late = setTimeout(() => {
      deaf.current?.()
      setProblem(t('modal.tryLate'))
    }, COMES_WITHIN)
    deaf.current = () => {
      stop()
      clearTimeout(late)
      setWaiting(false)
      deaf.current = undefined
    }
    open(address, '_blank', 'noopener')
  }

  return (
    <section className={css.shows} aria-label={t('modal.show')}>
      <h3>{t('modal.show')}</h3>
      {changed && <p className={forms.hint}>{t('modal.saveFirst')}</p>}
      {problem && <p className={forms.error} role="alert">{problem}</p>}
      <div className={css.line}>
        <Text label={t('modal.tryPage')} type="url" value={page} write={setPage} />
        <Button size="compact-md" h={36} variant="default" loading={waiting} disabled={changed} onClick={tryIt}>{t('modal.try')}</Button>
      </div>
      <p className={forms.hint}>{t('modal.tryHint')}</p>
      <div><Button size="compact-md" h={36} variant="default" disabled={changed} onClick={ask}>{t('modal.showAll')}</Button></div>
      {reach && <Question reach={reach} name={modal.name} close={() => setReach(undefined)} show={() => void show()} />}
    </section>
  )
}

function Question({ reach, name, close, show }: { reach: Reach; name: string; close: () => void; show: () => void }) {
  const { t } = useWords()
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => box.current?.showModal(), [])
  return (
    <dialog ref={box} className={forms.question} aria-label={t('modal.showTitle', { name })} onClose={close}>
      <h3>{t('modal.showTitle', { name })}</h3>
      <p>{t('modal.reach', { n: reach.count })} {t('modal.online', { n: reach.online })}</p>
      <div className={forms.foot}>
        <Button variant="default" onClick={close} autoFocus>{t('cancel')}</Button>
        <Button disabled={!reach.count} onClick={show}>{t('modal.showTo', { n: reach.count })}</Button>
      </div>
    </dialog>
  )
}
