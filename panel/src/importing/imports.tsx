import { Button } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { Link, useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact } from '../live/context'
import { Ago } from '../parts/ago'
import { Late } from '../parts/late'
import { Area } from '../people/area'
import people from '../people/people.module.css'
import { TableSkeleton } from '../people/table'
import { useWords } from '../words/words'
import { useImports } from './data'
import css from './importing.module.css'
import { Bar } from './progress'
import type { Import } from './types'

/** The newest imports and how far each has come. */
export default function Imports() {
  const { t } = useWords()
  const navigate = useNavigate()
  const offline = useFact((state) => state.phase === 'offline')
  const { data, isError, refetch } = useImports()
  useActions([{ id: 'new import', label: t('imports.new'), keys: 'n', group: t('imports.title'), run: () => void navigate('/imports/new') }])
  return (
    <Area>
      <main className={css.main}>
        <div className={people.toolbar}>
          <h2 className={people.title}>{t('imports.title')}</h2>
          <span className={people.grow} />
          <Button size="compact-md" h={36} component={Link} to="/imports/new" leftSection={<IconFileImport size={16} />}>{t('imports.new')}</Button>
        </div>
        {isError && !data && <div className={people.empty} role="alert"><p>{t('imports.failed')}</p><Button variant="default" onClick={() => void refetch()}>{t('retry')}</Button></div>}
        {!isError && !data && (offline ? <p className={people.note}>{t('imports.offline')}</p> : <Late><TableSkeleton /></Late>)}
        {data?.length === 0 && (
          <div className={people.empty}>
            <p className={people.emptyTitle}>{t('imports.none')}</p>
            <p>{t('imports.noneNext')}</p>
            <Button component={Link} to="/imports/new">{t('imports.first')}</Button>
          </div>
        )}
        {data && data.length > 0 && <ul className={css.list} aria-label={t('imports.title')}>{data.map((one) => <Row key={one.id} one={one} />)}</ul>}
      </main>
    </Area>
  )
}

function Row({ one }: { one: Import }) {
  const { t, locale } = useWords()
  const number = new Intl.NumberFormat(locale)
  const counted = one.done > 0 && !one.dry_run
  return (
    <li>
      <Link className={css.row} to={`/imports/${one.id}`}>
        <span className={css.lines}>
          <span className={css.name}>{one.name}</span>
          <span className={css.hint}>
            {counted ? t('imports.counts', { created: number.format(one.created), updated: number.format(one.updated), refused: number.format(one.refused) }) : t('imports.rows', { n: one.rows, shown: number.format(one.rows) })}
          </span>
          {one.state === 'running' && <Bar share={one.rows ? one.done / one.rows : 0} label={one.name} />}
        </span>
        <span className={css.numbers}>
          <span className={css.state} data-state={one.state}>{t(`importState.${one.state === 'running' && one.dry_run ? 'checking' : one.state}`)}</span>
          <span className={css.hint}><Ago at={one.finished_at ?? one.created_at} long /> · {one.by}</span>
        </span>
      </Link>
    </li>
  )
}
