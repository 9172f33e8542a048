import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useFact, useLive } from '../live/context'
import type { Live } from '../live/live'
import { RestError } from '../live/rest'
import { send } from '../live/transfer'
import { useRefresh } from '../people/names'
import { useWords, type T } from '../words/words'
import type { Import } from './types'

/** In ms: an import tells nothing by itself, so whoever looks at one asks again. */
const LOOK_EVERY = 500
const WATCH_EVERY = 2_000

const MOVING = new Set(['running', 'undoing', 'deleting'])
export const isMoving = ({ state }: Import): boolean => MOVING.has(state)

export function useImports() {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({
    queryKey: ['imports'],
    queryFn: ({ signal }) => live.rest<Import[]>('GET', 'imports', undefined, signal),
    enabled: online,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.some(isMoving) ? LOOK_EVERY * 2 : false),
  })
}

export function useImport(id: number) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({
    queryKey: ['import', id],
    queryFn: ({ signal }) => live.rest<Import>('GET', `imports/${id}`, undefined, signal),
    enabled: online,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? LOOK_EVERY : false),
  })
}

/** What can be done with an import; each returns what it is then, and null where it was refused and the person told. */
export function useDeed(id: number) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  return async (deed: 'check' | 'start' | 'pause' | 'resume' | 'stop' | 'undo', body?: object): Promise<string> => {
    try {
      const now = await live.rest<Import>('POST', `imports/${id}/${deed}`, body ?? {})
      await queries.cancelQueries({ queryKey: ['import', id] })
      queries.setQueryData(['import', id], now)
      void queries.invalidateQueries({ queryKey: ['imports'] })
      return ''
    } catch (error) {
      void queries.invalidateQueries({ queryKey: ['import', id] })
      return error instanceof RestError && error.status ? error.message : t('failed.action')
    }
  }
}

// ── the file ─────────────────────────────────────────────────────────────────

/** Files of this page's life by their import: so that a wrong guess is mended without choosing the file again. */
const files = new Map<number, File>()
export const fileOf = (id: number): File | undefined => files.get(id)

export type Reading = { charset?: string; delimiter?: string; sheet?: string }

export async function upload(live: Live, file: File, reading: Reading, progress: (share: number) => void, signal?: AbortSignal): Promise<Import> {
  const query = new URLSearchParams({ name: file.name, ...reading })
  const found = await send<Import>(live.token, `imports?${query}`, file, { progress, signal })
  files.set(found.id, file)
  return found
}

// ── when it is done ──────────────────────────────────────────────────────────

const watched = new Set<number>()

/** Says when an import has ended, wherever in the panel somebody is by then. */
export function useWatch() {
  const { t, locale } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  return (id: number) => {
    if (watched.has(id)) return
    watched.add(id)
    const look = async () => {
      const found = await live.rest<Import>('GET', `imports/${id}`).catch((error: unknown) => (error instanceof RestError && error.status === 404 ? null : undefined))
      if (found === undefined || (found && (isMoving(found) || found.state === 'paused'))) return
      clearInterval(timer)
      watched.delete(id)
      refresh('contacts', 'names', 'count', 'imports')
      if (found && !location.pathname.endsWith(`/imports/${id}`)) tellEnd(found, t, locale)
    }
    const timer = setInterval(() => void look(), WATCH_EVERY)
  }
}

function tellEnd(found: Import, t: T, locale: string): void {
  const number = new Intl.NumberFormat(locale)
  const told = { name: found.name, created: number.format(found.created), updated: number.format(found.updated) }
  notifications.show({
    withBorder: true, closeButtonProps: { 'aria-label': t('close') },
    message: found.state === 'failed' ? t('import.toldFailed', told) : t('import.toldDone', told),
  })
}
