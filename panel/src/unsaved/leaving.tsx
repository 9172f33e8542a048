import { Button } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { Dialog } from '../parts/dialog'
import { useWords } from '../words/words'
import css from './unsaved.module.css'

/**
 * Asks before somebody leaves what is not saved: by a link, by closing the tab, or where `ask` is called.
 * Whoever leaves in spite of it gives up what they changed.
 */
export function useLeaving(dirty: boolean, discard: () => void): { ask: (go: () => void) => void; question: ReactNode } {
  const { t } = useWords()
  const navigate = useNavigate()
  const [go, setGo] = useState<() => void>()
  useEffect(() => {
    if (!dirty) return
    const hold = (event: BeforeUnloadEvent) => event.preventDefault()
    const click = (event: MouseEvent) => {
      // A new tab or window takes nobody away.
      if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return
      const link = (event.target as Element).closest?.('a[href]')
      const to = link && !link.getAttribute('target') && new URL((link as HTMLAnchorElement).href)
      if (!to || to.origin !== location.origin) return
      event.preventDefault()
      event.stopPropagation()
      setGo(() => () => void navigate(to.pathname.replace(/^\/panel/, '') + to.search + to.hash))
    }
    addEventListener('beforeunload', hold)
    document.addEventListener('click', click, true)
    return () => {
      removeEventListener('beforeunload', hold)
      document.removeEventListener('click', click, true)
    }
  }, [dirty, navigate])
  const leave = () => {
    discard()
    go?.()
  }
  const question = (
    <Dialog opened={go !== undefined} onClose={() => setGo(undefined)} title={t('unsaved.title')}>
      <p>{t('unsaved.why')}</p>
      <div className={css.foot}>
        <Button variant="default" onClick={() => setGo(undefined)} data-autofocus>{t('unsaved.stay')}</Button>
        <Button color="red" onClick={leave}>{t('unsaved.leave')}</Button>
      </div>
    </Dialog>
  )
  return { ask: (to) => (dirty ? setGo(() => to) : to()), question }
}

/** Says that what an earlier visit left unsaved is here again. */
export function Back({ discard }: { discard: () => void }) {
  const { t } = useWords()
  return (
    <p className={css.back} role="status">
      <span>{t('unsaved.back')}</span>
      <Button size="compact-md" variant="default" onClick={discard}>{t('unsaved.discard')}</Button>
    </p>
  )
}
