import { ActionIcon, Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArrowLeft, IconTrash } from '@tabler/icons-react'
import { light } from '@shared/tokens'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Link, Navigate, useNavigate, useParams, useSearchParams } from 'react-router'
import forms from '../forms/forms.module.css'
import { Pick } from '../forms/pick'
import { Switch } from '../forms/tick'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import { Late } from '../parts/late'
import { Select, Text } from '../people/fields'
import people from '../people/people.module.css'
import { TableSkeleton } from '../people/table'
import { LANGUAGES, useWords, type Language } from '../words/words'
import { useUnsaved } from '../unsaved/unsaved'
import { Back, useLeaving } from '../unsaved/leaving'
import { refusal } from '../words/refusals'
import { Blocks } from './blocks'
import { useModals } from './data'
import { SiteArea } from './area'
import { draftOf, newDraft, shown } from './draft'
import css from './modals.module.css'
import { Figures } from './modals'
import { Preview } from './preview'
import { Rules } from './rules'
import { Show } from './show'
import type { Draft, Modal, Picture } from './types'

/** A pop-up or an automatic message: made beside its picture. */
export default function ModalPage() {
  const { t } = useWords()
  const { modal: id } = useParams()
  const [params] = useSearchParams()
  const { data, isError, refetch } = useModals()
  if (id === 'new') return <SiteArea kind={params.get('kind') === 'message' ? 'message' : 'modal'}><Editor key={params.get('kind')} kind={params.get('kind') === 'message' ? 'message' : 'modal'} /></SiteArea>
  if (!Number.isSafeInteger(Number(id))) return <Navigate to="/modals" replace />
  const modal = data?.find((one) => one.id === Number(id))
  if (modal) return <SiteArea kind={modal.kind}><Editor key={modal.id} kind={modal.kind} modal={modal} /></SiteArea>
  return (
    <SiteArea>
      <main className={forms.main}>
        {data ? <p className={people.note} role="alert">{t('modals.gone')}</p>
          : isError ? <div className={people.empty} role="alert"><p>{t('modals.failed')}</p><Button variant="default" onClick={() => void refetch()}>{t('retry')}</Button></div>
          : <Late><TableSkeleton /></Late>}
      </main>
    </SiteArea>
  )
}

const LAYOUTS = ['center', 'top', 'bottom', 'corner', 'full'] as const
const SIZES = ['small', 'medium', 'large'] as const
const SHOW_AS = ['full', 'bubble', 'popup'] as const

/** The pictures that a modal shows, by id. */
const picturesOf = (modal?: Modal): Record<number, Picture> =>
  Object.fromEntries((modal?.shown_blocks ?? []).flatMap(({ picture }) => (picture ? [[picture.id, picture]] : [])))

function Editor({ modal, kind }: { modal?: Modal; kind: Modal['kind'] }) {
  const { t, language: spoken } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const agents = useFact((state) => state.agents)
  const company = useFact((state) => state.session?.application.name ?? '')
  const untouched = useMemo(() => (modal ? draftOf(modal) : newDraft(kind, t, spoken)), [modal, kind, t, spoken])
  const { draft, change: setDraft, back, forget } = useUnsaved<Draft>(`modal ${modal?.id ?? kind}`, untouched)
  const { draft: pictures, change: setPictures } = useUnsaved<Record<number, Picture>>(`pictures of modal ${modal?.id ?? kind}`, useMemo(() => picturesOf(modal), [modal]))
  const [language, setLanguage] = useState<Language>(spoken)
  const [phone, setPhone] = useState(false)
  const [finished, setFinished] = useState(true)
  const [error, setError] = useState('')
  const [saving, setSaving] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const touched = JSON.stringify(draft) !== JSON.stringify(untouched)
  const changed = !modal || touched
  const discard = () => {
    setDraft(untouched)
    forget()
  }
  const { question } = useLeaving(touched && !saving, discard)
  const ready = changed && finished && draft.name.trim() !== '' && !saving
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const picture = useMemo(() => {
    const agent = agents.find(({ id }) => id === draft.author)
    return shown(draft, pictures, { kind: 'automation', id: agent?.id ?? 0, name: agent?.name ?? company })
  }, [draft, pictures, agents, company])

  const save = async () => {
    if (!ready) return
    setSaving(true)
    setError('')
    const { kind: _, ...rest } = draft
    try {
      const saved = await live.rest<Modal>(modal ? 'PATCH' : 'POST', modal ? `modals/${modal.id}` : 'modals', modal ? rest : draft)
      forget()
      if (modal) setDraft(draftOf(saved))
      queries.setQueryData<Modal[]>(['modals'], (all = []) => (modal ? all.map((each) => (each.id === saved.id ? saved : each)) : [saved, ...all]))
      notifications.show({ withBorder: true, message: t('modals.saved', { name: saved.name }), closeButtonProps: { 'aria-label': t('close') } })
      if (!modal) void navigate(`/modals/${saved.id}`, { replace: true })
    } catch (problem) {
      setError(refusal(problem, t))
    } finally {
      setSaving(false)
    }
  }
  useActions([{ id: 'save', label: t('save'), keys: 'Mod+S', group: t('modals.title'), run: () => void save() }])
  return (
    <main className={forms.main}>
      <div className={`${people.toolbar} ${forms.bar}`}>
        <ActionIcon component={Link} to={`/modals?kind=${kind}`} aria-label={t('modals.back')}><IconArrowLeft size={18} /></ActionIcon>
        <h2 className={people.title}><span className={people.titleName}>{modal?.name ?? t(`modals.new.${kind}`)}</span></h2>
        <span className={people.grow} />
        <Switch on={draft.on} turn={(on) => change({ on })} label={t('modal.on')} />
        {modal && <ActionIcon size={36} onClick={() => setDeleting(true)} aria-label={t('modals.delete')} title={t('modals.delete')}><IconTrash size={18} /></ActionIcon>}
        <Button size="compact-md" h={36} disabled={!ready} loading={saving} onClick={() => void save()}>{t('save')}</Button>
      </div>
      <div className={forms.editor}>
        <div className={forms.form}>
          {touched && back && <Back discard={discard} />}
          {question}
          {error && <p className={forms.error} role="alert">{error}</p>}
          <label className={forms.labelled}><span className={forms.label}>{t('modal.name')}</span>
            <Text label={t('modal.name')} placeholder={t('modal.nameHint')} value={draft.name} write={(name) => change({ name })} maxLength={128} autoFocus={!draft.name} /></label>
          {kind === 'message' && (
            <label className={forms.labelled}><span>{t('modal.author')}</span>
              <Select label={t('modal.author')} value={draft.author ?? ''} pick={(id) => change({ author: Number(id) || null })}>
                <option value="">{company}</option>
                {agents.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
              </Select></label>
          )}
          <Blocks draft={draft} language={language} pictures={pictures} write={(blocks) => change({ blocks })} keep={(one) => setPictures((all) => ({ ...all, [one.id]: one }))} />
          <fieldset className={forms.part}><legend>{t('modal.look')}</legend>
            {kind === 'message' ? (
              <Pick label={t('modal.showAs')} value={draft.show_as} pick={(show_as) => change({ show_as })} options={SHOW_AS.map((each) => ({ value: each, label: t(`modal.showAs.${each}`) }))} />
            ) : (
              <>
                <div className={css.picks}><Pick label={t('modal.layout')} value={draft.layout} pick={(layout) => change({ layout })} options={LAYOUTS.map((each) => ({ value: each, label: t(`modal.layout.${each}`) }))} /></div>
                <Pick label={t('modal.size')} value={draft.size} pick={(size) => change({ size })} options={SIZES.map((each) => ({ value: each, label: t(`modal.size.${each}`) }))} />
                <label className={forms.labelled}><span>{t('modal.accent')}</span>
                  <span className={forms.colour}>
                    <input type="color" className={forms.swatch} aria-label={t('modal.accent')} value={draft.accent || light.accent} onChange={(event) => change({ accent: event.currentTarget.value })} />
                    {draft.accent ? <button type="button" className={forms.plain} onClick={() => change({ accent: '' })}>{t('modal.accentUsual')}</button> : <span className={forms.hint}>{t('modal.accentSite')}</span>}
                  </span></label>
              </>
            )}
          </fieldset>
          <Rules rules={draft.rules} finished={setFinished} change={(part) => setDraft((before) => ({ ...before, rules: { ...before.rules, ...part } }))} />
        </div>
        <section className={forms.side} aria-label={t('modal.preview')}>
          {modal && <Figures modal={modal} />}
          <div className={css.sideHead}>
            <Pick label={t('modal.device')} value={phone ? 'phone' : 'desktop'} pick={(next) => setPhone(next === 'phone')}
              options={(['desktop', 'phone'] as const).map((each) => ({ value: each, label: t(`modal.device.${each}`) }))} />
            <Pick label={t('modal.textsIn')} value={language} pick={setLanguage} options={LANGUAGES.map((each) => ({ value: each, label: each.toUpperCase() }))} />
          </div>
          <Preview modal={picture} language={language} phone={phone} label={t('modal.preview')} close={t('close')} />
          {modal && <Show modal={modal} changed={changed} />}
        </section>
      </div>
      {modal && <DeleteQuestion modal={modal} opened={deleting} close={() => setDeleting(false)} />}
    </main>
  )
}

function DeleteQuestion({ modal, opened, close }: { modal: Modal; opened: boolean; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const box = useRef<HTMLDialogElement>(null)
  const [error, setError] = useState('')
  useEffect(() => {
    if (opened) box.current?.showModal()
    else box.current?.close()
  }, [opened])
  const remove = async () => {
    try {
      await live.rest('DELETE', `modals/${modal.id}`)
      void navigate(`/modals?kind=${modal.kind}`, { replace: true })
      void queries.invalidateQueries({ queryKey: ['modals'] })
    } catch (problem) {
      setError(refusal(problem, t))
    }
  }
  return (
    <dialog ref={box} className={forms.question} aria-label={t('modals.deleteTitle', { name: modal.name })} onClose={close}>
      <h3>{t('modals.deleteTitle', { name: modal.name })}</h3>
      <p>{t('modals.deleteWhat')}</p>
      {error && <p className={forms.error} role="alert">{error}</p>}
      <div className={forms.foot}>
        <Button variant="default" onClick={close} autoFocus>{t('cancel')}</Button>
        <Button color="red" onClick={() => void remove()}>{t('modals.delete')}</Button>
      </div>
    </dialog>
  )
}
