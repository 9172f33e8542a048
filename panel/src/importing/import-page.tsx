import { ActionIcon, Button } from '@mantine/core'
import { IconArrowLeft, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link, Navigate, useNavigate, useParams } from 'react-router'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import { Area } from '../people/area'
import people from '../people/people.module.css'
import { TableSkeleton } from '../people/table'
import { tellFailed } from '../people/undo'
import { useWords } from '../words/words'
import { Choose } from './choose'
import { useImport, useWatch } from './data'
import css from './importing.module.css'
import { Progress } from './progress'
import { Result } from './result'
import { Setup } from './setup'
import type { Import } from './types'

/** One import, whatever it has come to: its file chosen, its columns set, under way, ended, taken back. */
export default function ImportPage() {
  const { t } = useWords()
  const { import: id } = useParams()
  if (id !== 'new' && !(Number.isSafeInteger(Number(id)) && Number(id) > 0)) return <Navigate to="/imports" replace />
  return (
    <Area>
      <main className={css.main}>
        {id === 'new'
          ? <><Head title={t('imports.new')} /><div className={css.page}><Choose /></div></>
          : <Found key={id} id={Number(id)} />}
      </main>
    </Area>
  )
}

function Found({ id }: { id: number }) {
  const { t } = useWords()
  const offline = useFact((state) => state.phase === 'offline')
  const { data, error, refetch } = useImport(id)
  const watch = useWatch()
  const running = data?.state === 'running' && !data.dry_run
  useEffect(() => {
    if (running) watch(id)
  })
  if (error instanceof RestError && error.status === 404) return <><Head title="" /><p className={people.note} role="alert">{t('import.gone')}</p></>
  if (!data) {
    return (
      <><Head title="" />{error ? <div className={people.empty} role="alert"><p>{t('imports.failed')}</p><Button variant="default" onClick={() => void refetch()}>{t('retry')}</Button></div>
        : offline ? <p className={people.note}>{t('imports.offline')}</p> : <Late><TableSkeleton /></Late>}</>
    )
  }
  return (
    <>
      <Head title={data.name} found={data} />
      <div className={css.page}>
        {data.state === 'ready' || data.state === 'checked' || (data.dry_run && (data.state === 'running' || data.state === 'paused'))
          ? <Setup key={data.id} found={data} />
          : data.state === 'running' || data.state === 'paused' ? <Progress found={data} /> : <Result found={data} />}
      </div>
    </>
  )
}

const FORGETTABLE = new Set(['ready', 'checked', 'done', 'stopped', 'failed', 'undone'])

function Head({ title, found }: { title: string; found?: Import }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const forget = async () => {
    try {
      await live.rest('DELETE', `imports/${found!.id}`)
      queries.removeQueries({ queryKey: ['import', found!.id] })
      void queries.invalidateQueries({ queryKey: ['imports'] })
      void navigate('/imports', { replace: true })
    } catch {
      tellFailed(t)
    }
  }
  return (
    <div className={`${people.toolbar} ${css.head}`}>
      <ActionIcon component={Link} to="/imports" aria-label={t('import.back')}><IconArrowLeft size={18} /></ActionIcon>
      <h2 className={people.title}><span className={people.titleName}>{title}</span></h2>
      <span className={people.grow} />
      {found && FORGETTABLE.has(found.state) && (asking
        ? <span className={css.sure}>
            <span>{t(found.state === 'ready' || found.state === 'checked' ? 'import.discardSure' : 'import.forgetSure')}</span>
            <Button size="compact-md" color="red" onClick={() => void forget()} autoFocus>{t('import.forget')}</Button>
            <Button size="compact-md" variant="default" onClick={() => setAsking(false)}>{t('cancel')}</Button>
          </span>
        : <ActionIcon size={36} onClick={() => setAsking(true)} aria-label={t('import.forget')} title={t('import.forget')}><IconTrash size={18} /></ActionIcon>)}
    </div>
  )
}
