import { IconBriefcase, IconColumns3, IconSettings } from '@tabler/icons-react'
import { Link } from 'react-router'
import people from '../people/people.module.css'
import { useWords } from '../words/words'
import { usePipelines } from './data'

/** The column beside the list: all deals, those of each pipeline, and where pipelines are set up. */
export function PipelineViews({ current }: { current: number | undefined }) {
  const { t } = useWords()
  const pipelines = usePipelines().data?.pipelines
  return (
    <section className={people.views} aria-label={t('views.label')}>
      <h1 className={people.viewsTitle}>{t('rail.deals')}</h1>
      <ul className={people.viewList}>
        <li><Link className={people.view} to="/deals" aria-current={current ? undefined : 'page'}><IconBriefcase size={16} aria-hidden="true" /><span className={people.viewName}>{t('deals.all')}</span></Link></li>
      </ul>
      <ul className={people.viewList} aria-label={t('deals.pipelines')}>
        {pipelines?.map(({ id, name }) => (
          <li key={id}>
            <Link className={people.view} to={`/deals?pipeline=${id}`} aria-current={current === id ? 'page' : undefined}><IconColumns3 size={16} aria-hidden="true" /><span className={people.viewName}>{name}</span></Link>
          </li>
        ))}
        <li><Link className={people.view} to="/settings/pipelines"><IconSettings size={16} aria-hidden="true" /><span className={people.viewName}>{t('deals.setUp')}</span></Link></li>
      </ul>
    </section>
  )
}
