import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useCallback, useState, type ReactNode } from 'react'
import type { TriedWidget, Widget, WidgetSettings } from '../live/api-types'
import { useLive } from '../live/context'
import { tellFailed, tellWithUndo } from '../people/undo'
import page from '../settings/settings.module.css'
import { useUnsaved } from '../unsaved/unsaved'
import { Back, useLeaving } from '../unsaved/leaving'
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
  const [found, setFound] = useState<TriedWidget>()
  const [busy, setBusy] = useState('')
  // The default one gets its id with its first change.
  const [kept, setKept] = useState({ id: widget.id, settings: widget.settings, name: called(widget, t('looks.default')) })
  const { draft, change: setDraft, ...looks } = useUnsaved(`widget ${widget.key}`, kept.settings)
  const { draft: name, change: setName, ...naming } = useUnsaved(`name of widget ${widget.key}`, kept.name)
  const change: Change = (part) => setDraft((now) => ({ ...now, ...part }))
  const differs = (keys: (keyof WidgetSettings)[]) => keys.some((key) => JSON.stringify(draft[key]) !== JSON.stringify(kept.settings[key]))
  const dirty = name !== kept.name || differs(Object.keys(draft) as (keyof WidgetSettings)[])
  const discard = () => {
    setDraft(kept.settings)
    setName(kept.name)
    looks.forget()
    naming.forget()
  }
  const { ask, question } = useLeaving(dirty, discard)
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
        <div className={css.head}>
          <Button variant="subtle" color="gray" size="compact-md" leftSection={<IconArrowLeft size={16} />} onClick={() => ask(close)}>{t('looks.back')}</Button>
          <h2 className={page.name}>{kept.name}</h2>
        </div>
        {dirty && (looks.back || naming.back) && <Back discard={discard} />}
        {question}
        {section('texts', t('looks.texts'), ['texts'], <Wording draft={draft} change={change} name={name} rename={setName} />)}
        {section('colours', t('looks.colours'), ['accent', 'accent_dark', 'theme', 'logo'], <Colours draft={draft} change={change} found={found} kept={widget} />)}
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
