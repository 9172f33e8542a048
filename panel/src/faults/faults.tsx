// What no other part of the panel uses, so it comes with this one.
import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Checkbox.layer.css'
import '@mantine/core/styles/Radio.layer.css'
import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'

import { Button, SegmentedControl } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { Late } from '../parts/late'
import { Sheet } from '../settings/sheet'
import page from '../settings/settings.module.css'
import { useWords } from '../words/words'
import { useFaults, useOwner } from './data'
import { ClockTag, StateTag } from './clocks'
import { FaultForm } from './fault-form'
import { FaultPage } from './fault-page'
import css from './faults.module.css'
import { waiting } from './outbox'
import { TermsForm } from './terms-form'

/** Fault reports: the list, a new one, one of them; for the operator all of them and what is promised. */
export default function Faults() {
  const { fault } = useParams()
  return <main className={page.main}>{fault === 'new' ? <FaultForm /> : fault ? <FaultPage key={fault} id={Number(fault)} /> : <List />}</main>
}

function List() {
  const { t, locale } = useWords()
  const owner = useOwner()
  const mine = useFaults('mine')
  const operator = mine.data?.operator ?? false
  const [of, setOf] = useState<'mine' | 'open' | 'closed' | 'terms'>()
  const shown = of ?? (operator ? 'open' : 'mine')
  const held = waiting(owner)
  return (
    <Sheet title={t('faults.title')} why={t('faults.why')} actions={<Button leftSection={<IconPlus size={16} />} component={Link} to="/faults/new">{t('faults.report')}</Button>}>
      {operator && (
        <SegmentedControl className={css.tabs} value={shown} onChange={(value) => setOf(value as typeof of)} aria-label={t('faults.title')}
          data={(['open', 'closed', 'mine', 'terms'] as const).map((value) => ({ value, label: t(`faults.tab.${value}`) }))} />
      )}
      {held.length > 0 && <p className={page.note} role="status">{t('faults.held', { n: held.length })}</p>}
      {mine.error && !mine.data && <div role="alert"><p>{t('failed.action')}</p><Button variant="default" mt="xs" onClick={() => void mine.refetch()}>{t('retry')}</Button></div>}
      {!mine.data && !mine.error && <Late><p className={page.note}>{t('loading')}</p></Late>}
      {shown === 'terms' ? <TermsForm /> : mine.data && <Rows of={shown} locale={locale} operator={operator} />}
    </Sheet>
  )
}

function Rows({ of, locale, operator }: { of: 'mine' | 'open' | 'closed'; locale: string; operator: boolean }) {
  const { t } = useWords()
  const { data } = useFaults(of)
  if (!data) return <Late><p className={page.note}>{t('loading')}</p></Late>
  if (!data.faults.length) return <div className={page.empty}><h3 className={page.emptyTitle}>{t('faults.none')}</h3><p>{t(operator ? 'faults.noneOperator' : 'faults.noneNext')}</p></div>
  return (
    <ul className={page.rows} aria-label={t('faults.title')}>
      {data.faults.map((fault) => (
        <li key={fault.id} className={`${page.row} ${page.wraps}`}>
          <span className={page.lines}>
            <Link className={css.name} to={`/faults/${fault.id}`}>{t('faults.name', { id: fault.id })}: {fault.report.actual.split('\n')[0]!.slice(0, 120)}</Link>
            <span className={page.more}>{of !== 'mine' && `${fault.application_name} · `}{t(`faults.category.${fault.category}`)} · {fault.reporter} · {new Date(fault.created).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })}</span>
          </span>
          <span className={css.tags}><StateTag state={fault.state} /><ClockTag name="response" clock={fault.response} /><ClockTag name="repair" clock={fault.repair} /></span>
        </li>
      ))}
    </ul>
  )
}
