import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { Ago } from '../parts/ago'
import { Late } from '../parts/late'
import people from '../people/people.module.css'
import { TableSkeleton } from '../people/table'
import { useWords } from '../words/words'
import { useSubmissions } from './data'
import { Download } from './download'
import css from './forms.module.css'
import { said } from './draft'
import type { Form } from './types'

/** What people answered: a line each, newest first, a column for each question. */
export function Answers({ form }: { form: Form }) {
  const { t, locale, language } = useWords()
  const { data, isError, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useSubmissions(form.id)
  const all = data?.pages.flatMap((page) => page.submissions)
  const [downloading, setDownloading] = useState(false)
  const number = new Intl.NumberFormat(locale)
  const fields = form.fields.filter(({ kind }) => kind !== 'hidden')
  if (isError && !all) return <div className={people.empty} role="alert"><p>{t('answers.failed')}</p><Button variant="default" onClick={() => void refetch()}>{t('retry')}</Button></div>
  if (!all) return <Late><TableSkeleton /></Late>
  return (
    <>
      <div className={css.head}>
        <dl className={css.facts}>
          <div><dt>{t('forms.views')}</dt><dd>{number.format(form.views)}</dd></div>
          <div><dt>{t('forms.submissions')}</dt><dd>{number.format(form.submissions)}</dd></div>
          {form.double_opt_in && <div><dt>{t('forms.confirmed')}</dt><dd>{number.format(form.confirmed)}</dd></div>}
          <div><dt>{t('forms.spam')}</dt><dd>{number.format(form.spam)}</dd></div>
        </dl>
        {all.length > 0 && <Button variant="default" size="compact-md" h={36} leftSection={<IconDownload size={16} />} onClick={() => setDownloading(true)}>{t('answers.download')}</Button>}
      </div>
      <Download form={form} opened={downloading} close={() => setDownloading(false)} />
      {all.length === 0 ? <div className={people.empty}><p className={people.emptyTitle}>{t('answers.none')}</p><p>{t('answers.noneNext')}</p></div> : (
        <div className={css.tableBox} tabIndex={0} role="region" aria-label={t('form.tab.answers')}>
          <table className={css.table}>
            <thead><tr><th scope="col">{t('answers.who')}</th><th scope="col">{t('answers.when')}</th>{form.double_opt_in && <th scope="col">{t('answers.state')}</th>}{fields.map((field) => <th key={field.key} scope="col">{said(field.label, language)}</th>)}</tr></thead>
            <tbody>
              {all.map((each) => (
                <tr key={each.id}>
                  <th scope="row"><Link className={css.link} to={`/person/${each.contact}`}>{each.who || t('answers.somebody')}</Link></th>
                  <td><Ago at={each.at} long /></td>
                  {form.double_opt_in && <td><span className={css.state} data-state={each.status}>{t(`answers.state.${each.status}`)}</span></td>}
                  {fields.map(({ key }) => <td key={key}>{each.answers.find((answer) => answer.key === key)?.value}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
          {hasNextPage && <Button variant="default" className={css.add} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('list.more')}</Button>}
        </div>
      )}
    </>
  )
}
