import { Button, Modal } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useCallback, useEffect, useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import type { TriedWidget, Widget, WidgetSettings } from '../live/api-types'
import { useLive } from '../live/context'
import { tellFailed, tellWithUndo } from '../people/undo'
import page from '../settings/settings.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './looks.module.css'
import { called } from './looks'
import { Preview } from './preview'
import { Before, Colours, Place, Rules, Snippet, Variables, Wording } from './sections'

export type Change = (part: Partial<WidgetSettings>) => void
type Props = { widget: Widget; close: () => void; changed: () => Promise<unknown> }

/** One widget: what can be said of it on the left, and the widget itself on the right. */
export function Designer({ widget, close, changed }: Props) {
  const { t } = useWords()
  const live = useLive()
  const [draft, setDraft] = useState(widget.settings)
  const [name, setName] = useState(called(widget, t('looks.default')))
  const [found, setFound] = useState<TriedWidget>()
  const [busy, setBusy] = useState('')
  // The default one gets its id with its first change.
  const [kept, setKept] = useState({ id: widget.id, settings: widget.settings, name: called(widget, t('looks.default')) })
  const change: Change = (part) => setDraft((now) => ({ ...now, ...part }))
  const differs = (keys: (keyof WidgetSettings)[]) => keys.some((key) => JSON.stringify(draft[key]) !== JSON.stringify(kept.settings[key]))
  const dirty = name !== kept.name || differs(Object.keys(draft) as (keyof WidgetSettings)[])
  const put = async (keys: (keyof WidgetSettings)[], from: WidgetSettings, named?: string) => {
    const settings = Object.fromEntries(keys.map((key) => [key, from[key]]))
    const after = await live.rest<Widget>('PATCH', `widgets/${kept.id}`, { ...(named ? { name: named } : {}), settings })
    setKept((now) => ({ id: after.id, settings: { ...now.settings, ...(settings as Partial<WidgetSettings>) }, name: named ?? now.name }))
    await changed()
  }
  const save = async (section: string, keys: (keyof WidgetSettings)[]) => {
    const before = kept
    const named = section === 'texts' && name !== kept.name ? name : undefined
    setBusy(section)
    try {
      await put(keys, draft, named)
      tellWithUndo(t, t('looks.saved'), async () => {
        await put(keys, before.settings, named && before.name)
        setDraft((now) => ({ ...now, ...Object.fromEntries(keys.map((key) => [key, before.settings[key]])) }))
        if (named) setName(before.name)
      })
    } catch (failure) {
      tellFailed(t, refusal(failure, t))
    } finally {
      setBusy('')
    }
  }
  const section = (id: string, title: string, keys: (keyof WidgetSettings)[], body: ReactNode) => {
    const differsHere = differs(keys) || (id === 'texts' && name !== kept.name)
    return (
      <form className={css.section} aria-label={title} onSubmit={(event) => { event.preventDefault(); void save(id, keys) }}>
        <h3 className={page.partName}>{title}</h3>
        {body}
        <div className={css.foot}><Button type="submit" size="compact-md" loading={busy === id} disabled={!differsHere || (id === 'texts' && !name.trim())}>{t('save')}</Button></div>
      </form>
    )
  }
  const tried = useCallback((next: TriedWidget | undefined) => setFound(next), [])
  return (
    <div className={css.designer}>
      <div className={css.settings}>
        <Leaving dirty={dirty} close={close}>{kept.name}</Leaving>
        {section('texts', t('looks.texts'), ['texts'], <Wording draft={draft} change={change} name={name} rename={setName} />)}
        {section('colours', t('looks.colours'), ['accent', 'accent_dark', 'theme', 'logo'], <Colours draft={draft} change={change} found={found} logo={widget.logo_url} />)}
        {section('place', t('looks.place'), ['mode', 'place', 'side', 'x', 'y', 'launcher'], <Place draft={draft} change={change} />)}
        {section('before', t('looks.before'), ['form'], <Before draft={draft} change={change} />)}
        {section('rules', t('looks.rules'), ['on', 'rules'], <Rules draft={draft} change={change} />)}
        {section('variables', t('looks.variables'), ['variables'], <Variables draft={draft} change={change} />)}
        <Snippet of={widget.key} />
      </div>
      <Preview settings={draft} tried={tried} />
    </div>
  )
}

/** The way back, which asks first where something is not saved; every other way out of the page asks too. */
function Leaving({ dirty, close, children }: { dirty: boolean; close: () => void; children: ReactNode }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const [leave, setLeave] = useState<() => void>()
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
      setLeave(() => () => void navigate(to.pathname.replace(/^\/panel/, '') + to.search + to.hash))
    }
    addEventListener('beforeunload', hold)
    document.addEventListener('click', click, true)
    return () => {
      removeEventListener('beforeunload', hold)
      document.removeEventListener('click', click, true)
    }
  }, [dirty, navigate])
  return (
    <div className={css.head}>
      <Button variant="subtle" color="gray" size="compact-md" leftSection={<IconArrowLeft size={16} />} onClick={() => (dirty ? setLeave(() => close) : close())}>{t('looks.back')}</Button>
      <h2 className={page.name}>{children}</h2>
      <Modal opened={leave !== undefined} onClose={() => setLeave(undefined)} title={t('looks.unsaved')} closeButtonProps={{ 'aria-label': t('close') }}>
        <p>{t('looks.unsavedWhy')}</p>
        <div className={page.foot}>
          <Button variant="default" onClick={() => setLeave(undefined)} data-autofocus>{t('looks.stay')}</Button>
          <Button color="red" onClick={() => leave?.()}>{t('looks.leave')}</Button>
        </div>
      </Modal>
    </div>
  )
}
