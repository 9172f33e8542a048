import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { useLive } from '../live/context'
import { Late } from '../parts/late'
import { Area } from '../people/area'
import people from '../people/people.module.css'
import { TableSkeleton } from '../people/table'
import { tellFailed } from '../people/undo'
import { useWords } from '../words/words'
import { newDraft } from './draft'
import { useForms } from './data'
import css from './forms.module.css'
import { Preview } from './preview'
import { Switch } from './tick'
import type { Form } from './types'

/** All forms: how often each was shown and filled in, and whether it is on. */
export default function Forms() {
  const { t, language } = useWords()
  const navigate = useNavigate()
  const { data: forms, isError, refetch } = useForms()
  useActions([{ id: 'new form', label: t('forms.new'), keys: 'n', group: t('forms.title'), run: () => void navigate('/forms/new') }])
  return (
    <Area>
      <main className={css.main}>
        <div className={people.toolbar}>
          <h2 className={people.title}>{t('forms.title')}</h2>
          <span className={people.grow} />
          <Button size="compact-md" h={36} component={Link} to="/forms/new" leftSection={<IconPlus size={16} />}>{t('forms.new')}</Button>
        </div>
        {isError && !forms && <div className={people.empty} role="alert"><p>{t('forms.failed')}</p><Button variant="default" onClick={() => void refetch()}>{t('retry')}</Button></div>}
        {!isError && !forms && <Late><TableSkeleton /></Late>}
        {forms?.length === 0 && (
          <div className={people.empty}>
            <div className={css.sample} aria-hidden="true" inert><Preview draft={newDraft(t, language)} language={language} label={t('form.preview')} /></div>
            <p className={people.emptyTitle}>{t('forms.none')}</p>
            <p>{t('forms.noneNext')}</p>
            <Button component={Link} to="/forms/new">{t('forms.first')}</Button>
          </div>
        )}
        {forms && forms.length > 0 && <ul className={css.list} aria-label={t('forms.title')}>{forms.map((form) => <Row key={form.id} form={form} />)}</ul>}
      </main>
    </Area>
  )
}

function Row({ form }: { form: Form }) {
  const { t, locale } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const number = new Intl.NumberFormat(locale)
  const share = form.views ? new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(Math.min(1, form.submissions / form.views)) : '–'
  const turn = async (on: boolean) => {
    queries.setQueryData<Form[]>(['forms'], (all) => all?.map((each) => (each.id === form.id ? { ...each, on } : each)))
    await live.rest('PATCH', `forms/${form.id}`, { on }).catch(() => tellFailed(t))
    void queries.invalidateQueries({ queryKey: ['forms'] })
  }
  return (
    <li className={css.row}>
      <Link className={css.lines} to={`/forms/${form.id}`}>
        <span className={css.name}>{form.name}</span>
        <span className={css.hint}>{t(`form.display.${form.display}`)}{form.double_opt_in && ` · ${t('form.doubleOptIn')}`}</span>
      </Link>
      <dl className={css.numbers}>
        <div><dt>{t('forms.views')}</dt><dd>{number.format(form.views)}</dd></div>
        <div><dt>{t('forms.submissions')}</dt><dd>{number.format(form.submissions)}</dd></div>
        <div className={css.wideOnly}><dt>{t('forms.share')}</dt><dd>{share}</dd></div>
      </dl>
      <Switch on={form.on} turn={(on) => void turn(on)} label={t('forms.turnOn', { name: form.name })} />
    </li>
  )
}
