import { ActionIcon, Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArrowLeft, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Link, Navigate, useNavigate, useParams, useSearchParams } from 'react-router'
import { useActions } from '../frame/actions'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import { Area } from '../people/area'
import people from '../people/people.module.css'
import { TableSkeleton } from '../people/table'
import { useUnsaved } from '../unsaved/unsaved'
import { Back, useLeaving } from '../unsaved/leaving'
import { LANGUAGES, useWords, type Language } from '../words/words'
import { Answers } from './answers'
import { Builder } from './builder'
import { useForms } from './data'
import { draftOf, newDraft } from './draft'
import { Embed } from './embed'
import css from './forms.module.css'
import { Pick } from './pick'
import { Preview } from './preview'
import { Switch } from './tick'
import type { Draft, Form } from './types'

const TABS = ['build', 'answers', 'embed'] as const

/** A form: built beside its picture, put on a website, and what people answered. */
export default function FormPage() {
  const { t } = useWords()
  const { form: id } = useParams()
  const { data: forms, isError, refetch } = useForms()
  if (id === 'new') return <Area><Editor key="new" /></Area>
  if (!Number.isSafeInteger(Number(id))) return <Navigate to="/forms" replace />
  const form = forms?.find((one) => one.id === Number(id))
  if (form) return <Area><Editor key={form.id} form={form} /></Area>
  return (
    <Area>
      <main className={css.main}>
        {forms ? <p className={people.note} role="alert">{t('forms.gone')}</p>
          : isError ? <div className={people.empty} role="alert"><p>{t('forms.failed')}</p><Button variant="default" onClick={() => void refetch()}>{t('retry')}</Button></div>
          : <Late><TableSkeleton /></Late>}
      </main>
    </Area>
  )
}

function Editor({ form }: { form?: Form }) {
  const { t, language: spoken } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [params, setParams] = useSearchParams()
  const untouched = useMemo(() => (form ? draftOf(form) : newDraft(t, spoken)), [form, t, spoken])
  const { draft, change: setDraft, back, forget } = useUnsaved<Draft>(`form ${form?.id ?? 'new'}`, untouched)
  const [language, setLanguage] = useState<Language>(spoken)
  const [error, setError] = useState('')
  const [saving, setSaving] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const tab = TABS.find((each) => each === params.get('tab')) ?? 'build'
  const touched = JSON.stringify(draft) !== JSON.stringify(untouched)
  const changed = !form || touched
  const discard = () => {
    setDraft(untouched)
    forget()
  }
  const { question } = useLeaving(touched && !saving, discard)
  const ready = changed && draft.name.trim() !== '' && draft.fields.length > 0 && !saving
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))

  const save = async () => {
    if (!ready) return
    if (draft.double_opt_in && !draft.fields.some(({ kind, required }) => kind === 'email' && required)) return setError(t('form.needsAddress'))
    setSaving(true)
    setError('')
    try {
      const saved = await live.rest<Form>(form ? 'PATCH' : 'POST', form ? `forms/${form.id}` : 'forms', draft)
      forget()
      if (form) setDraft(draftOf(saved))
      queries.setQueryData<Form[]>(['forms'], (all = []) => (form ? all.map((each) => (each.id === saved.id ? saved : each)) : [saved, ...all]))
      void queries.invalidateQueries({ queryKey: ['names'] })
      notifications.show({ withBorder: true, message: t('forms.saved', { name: saved.name }), closeButtonProps: { 'aria-label': t('close') } })
      if (!form) void navigate(`/forms/${saved.id}?tab=embed`, { replace: true })
    } catch (problem) {
      setError(problem instanceof RestError && problem.status ? problem.message : t('failed.action'))
    } finally {
      setSaving(false)
    }
  }
  useActions([{ id: 'save', label: t('save'), keys: 'Mod+S', group: t('forms.title'), run: () => void save() }])
  return (
    <main className={css.main}>
      <div className={`${people.toolbar} ${css.bar}`}>
        <ActionIcon component={Link} to="/forms" aria-label={t('forms.back')}><IconArrowLeft size={18} /></ActionIcon>
        <h2 className={people.title}><span className={people.titleName}>{form?.name ?? t('forms.new')}</span></h2>
        <span className={people.grow} />
        <Switch on={draft.on} turn={(on) => change({ on })} label={t('form.on')} />
        {form && <ActionIcon size={36} onClick={() => setDeleting(true)} aria-label={t('forms.delete')} title={t('forms.delete')}><IconTrash size={18} /></ActionIcon>}
        <Button size="compact-md" h={36} disabled={!ready} loading={saving} onClick={() => void save()}>{t('save')}</Button>
      </div>
      {form && (
        <div className={css.tabs}>
          <Pick label={t('form.part')} value={tab} pick={(next) => setParams({ tab: next }, { replace: true })}
            options={TABS.map((each) => ({ value: each, label: each === 'answers' ? `${t('form.tab.answers')} · ${form.submissions}` : t(`form.tab.${each}`) }))} />
        </div>
      )}
      {form && tab === 'answers' ? <Answers form={form} /> : form && tab === 'embed' ? <Embed form={form} /> : (
        <div className={css.editor}>
          <div className={css.form}>
            {touched && back && <Back discard={discard} />}
          {error && <p className={css.error} role="alert">{error}</p>}
            <Builder draft={draft} change={change} language={language} canMail={form?.can_mail} />
          </div>
          <section className={css.side} aria-label={t('form.preview')}>
            <div className={css.sideHead}>
              <h3>{t('form.preview')}</h3>
              <Pick label={t('form.textsIn')} value={language} pick={setLanguage}
                options={LANGUAGES.map((each) => ({ value: each, label: each.toUpperCase() }))} />
            </div>
            <div className={css.stage}><Preview draft={draft} language={language} label={t('form.preview')} /></div>
            {draft.double_opt_in && form && !form.can_mail && <MailMissing />}
          </section>
        </div>
      )}
      {question}
      {form && <DeleteQuestion form={form} opened={deleting} close={() => setDeleting(false)} />}
    </main>
  )
}

/** A double opt-in without a mail server: what waits, and what to do. */
function MailMissing() {
  const { t } = useWords()
  return <div className={css.notice} role="note"><strong>{t('form.noMail')}</strong><p>{t('form.noMailNext')}</p></div>
}

function DeleteQuestion({ form, opened, close }: { form: Form; opened: boolean; close: () => void }) {
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
      await live.rest('DELETE', `forms/${form.id}`)
      void navigate('/forms', { replace: true })
      void queries.invalidateQueries({ queryKey: ['forms'] })
    } catch (problem) {
      setError(problem instanceof RestError && problem.status ? problem.message : t('failed.action'))
    }
  }
  return (
    <dialog ref={box} className={css.question} aria-label={t('forms.deleteTitle', { name: form.name })} onClose={close}>
      <h3>{t('forms.deleteTitle', { name: form.name })}</h3>
      <p>{t('forms.deleteWhat')}</p>
      {error && <p className={css.error} role="alert">{error}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={close} autoFocus>{t('cancel')}</Button>
        <Button color="red" onClick={() => void remove()}>{t('forms.delete')}</Button>
      </div>
    </dialog>
  )
}
