import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { PermissionTold, Role, Roles, TeamAgents } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { useWords, type Key, type T } from '../words/words'

export const patient = (times: number, failure: Error) => !(failure instanceof RestError && failure.status < 500 && failure.status !== 0) && times < 2

/** Something of our own API, asked for while there is a network. */
export function useAsked<Answer>(path: string, wanted = true) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  return useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => live.rest<Answer>('GET', path, undefined, signal),
    enabled: online && wanted,
    staleTime: 10_000,
    retry: patient,
  })
}

export const useTeam = () => useAsked<TeamAgents>('agents')
export const useRoles = (wanted = true) => useAsked<Roles>('roles', wanted)

/** Asks for these again. */
export function useAgain() {
  const queries = useQueryClient()
  return (...paths: string[]) => Promise.all(paths.map((path) => queries.invalidateQueries({ queryKey: [path] })))
}

/** What a role is called: the built-in ones in the language of who reads. */
export const roleName = (role: Role | undefined, t: T): string => (role ? (role.built_in ? t(`role.${role.id}` as Key) : role.name) : t('role.gone'))

export const useRoleName = () => {
  const { t } = useWords()
  const { data } = useRoles()
  return (id: string) => roleName(data?.roles.find((role) => role.id === id) ?? (id in BUILT_IN ? { id, built_in: true } as Role : undefined), t)
}
const BUILT_IN = { owner: 1, admin: 1, agent: 1 }

const HEADINGS = ['conversations', 'people', 'crm', 'reach', 'team', 'programs', 'safety', 'other'] as const

/** Permissions under their headings, in the order in which people look for them. */
export function headed(permissions: readonly PermissionTold[]): { heading: (typeof HEADINGS)[number]; permissions: PermissionTold[] }[] {
  const of = (heading: string) => permissions.filter(({ area }) => (heading === 'other' ? !HEADINGS.some((each) => each === area) || area === 'other' : area === heading))
  return HEADINGS.map((heading) => ({ heading, permissions: of(heading) })).filter((each) => each.permissions.length)
}

/** The server's own English sentence only where no catalogue knows a permission. */
export function sentence({ name, sentence }: PermissionTold, t: T): string {
  const said = t(`may.${name}` as Key)
  return said === `may.${name}` ? sentence : said
}
