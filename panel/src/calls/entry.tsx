import { Menu, Tooltip } from '@mantine/core'
import { IconPhone } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link, useLocation, useNavigate } from 'react-router'
import css from '../frame/frame.module.css'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { Keys } from '../parts/keys'
import { useWords } from '../words/words'
import type { CallPage } from './data'
import { lookedAt, useLookedAt } from './looked'

/** Milliseconds between two questions: of a call that rang nobody here, nobody here is told. */
const EVERY = 60_000

/** The way to the log of calls, with how many were missed since one looked; on a phone an entry of the menu. */
export default function CallsEntry({ menu = false }: { menu?: boolean }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const shown = useFact(({ session }) => session?.calls !== undefined)
  const may = useMay('calls.read')
  const here = useLocation().pathname.split('/')[1] === 'calls'
  const missed = useMissed(shown && may)
  useEffect(() => { if (here) lookedAt() }, [here, missed])
  if (!shown || !may) return null
  const label = missed ? t('calls.entryMissed', { n: missed }) : t('calls.title')
  if (menu) return <Menu.Item closeMenuOnClick leftSection={<IconPhone size={16} />} onClick={() => void navigate('/calls')}>{label}</Menu.Item>
  return (
    <Tooltip label={<>{t('calls.title')} <Keys keys="g t" /></>} position="right">
      <Link className={css.link} to="/calls" aria-label={label} aria-current={here ? 'page' : undefined}>
        <IconPhone size={20} stroke={1.7} />
        {missed > 0 && <span className={css.badge} aria-hidden="true">{missed > 49 ? '49+' : missed}</span>}
      </Link>
    </Tooltip>
  )
}

function useMissed(enabled: boolean): number {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const since = useLookedAt()
  const { data } = useQuery({
    queryKey: ['calls', 'missed'], queryFn: ({ signal }) => live.rest<CallPage>('GET', 'calls?missed=true', undefined, signal),
    enabled: online && enabled, staleTime: 5_000, refetchInterval: EVERY,
  })
  return data?.calls.filter(({ began }) => began > since).length ?? 0
}
