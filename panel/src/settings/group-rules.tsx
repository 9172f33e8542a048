import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { GroupRule as Rule, GroupRules as Rules } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import { Select } from '../people/fields'
import { isTree, partsOf } from '../segments/tree'
import type { Part, Segment } from '../segments/types'
import { useWords } from '../words/words'
import { Ordered } from './ordered'
import css from './settings.module.css'

const KEY = ['group-rules']

/** Contacts of which segment belong to which group: read from above, the first rule that fits counts. */
export function GroupRules({ manages }: { manages: boolean }) {
  const { t } = useWords()
  const groups = useFact((state) => state.groups)
  const { rules, segments, failed, again, keep } = useRules()
  const free = segments?.filter((one) => !rules?.rules.some(({ segment }) => segment === one.id) && !asksForGroup(one, segments)) ?? []
  const change = (next: Rule[]) => rules && keep({ ...rules, rules: next })
  const nameOf = (id: number) => segments?.find((one) => one.id === id)?.name ?? `#${id}`
  return (
    <section className={css.part} aria-labelledby="group-rules">
      <div className={css.heading}>
        <h3 className={css.partName} id="group-rules">{t('rules.title')}</h3>
        <p className={css.why}>{t('rules.why')}</p>
      </div>
      {failed && !rules && <div role="alert"><p>{t('rules.failed')}</p><Button variant="default" mt="xs" onClick={again}>{t('retry')}</Button></div>}
      {!rules && !failed && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {rules && segments && (
        <>
          <Ordered label={t('rules.title')} list={rules.rules} change={change} keyOf={({ segment }) => segment} nameOf={({ segment }) => nameOf(segment)} locked={!manages}>
            {(rule, edit) => (
              <>
                <span className={css.pair}><span className={css.says}>{t('rules.in')}</span>
                <Select label={t('rules.segment')} value={rule.segment} disabled={!manages} pick={(id) => edit({ ...rule, segment: Number(id) })}>
                  {segments.filter(({ id }) => id === rule.segment || free.some((one) => one.id === id)).map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
                </Select></span>
                <span className={css.pair}><span className={css.says}>{t('rules.goTo')}</span>
                <Select label={t('rules.group', { segment: nameOf(rule.segment) })} value={rule.group} disabled={!manages} pick={(id) => edit({ ...rule, group: Number(id) })}>
                  {groups.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
                </Select></span>
              </>
            )}
          </Ordered>
          {segments.length === 0 && <p className={css.note}>{t('rules.noSegments')} <Link className={css.inline} to="/segments">{t('rules.makeSegment')}</Link></p>}
          {rules.rules.length === 0 && segments.length > 0 && <p className={css.note}>{t('rules.none')}</p>}
          {manages && free.length > 0 && groups.length > 0 && (
            <Select className={css.adds} label={t('rules.add')} value="" pick={(id) => change([...rules.rules, { segment: Number(id), group: groups[0]!.id }])}>
              <option value="" disabled>{t('rules.add')}</option>
              {free.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
            </Select>
          )}
          <label className={css.otherwise}>
            <span>{t('rules.otherwise')}</span>
            <Select label={t('rules.otherwise')} value={rules.otherwise ?? ''} disabled={!manages} pick={(id) => keep({ ...rules, otherwise: id ? Number(id) : null })}>
              <option value="">{t('rules.noGroup')}</option>
              {groups.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
            </Select>
          </label>
        </>
      )}
    </section>
  )
}

/** Such a segment can't say who belongs to a group: neither could be known before the other. */
function asksForGroup(segment: Segment, all: Segment[], seen: number[] = []): boolean {
  const asks = (part: Part): boolean => {
    if (isTree(part)) return partsOf(part).some(asks)
    if (part.type === 'group') return true
    const other = part.type === 'segment' && all.find(({ id }) => id === part.segment && !seen.includes(id))
    return Boolean(other) && asksForGroup(other as Segment, all, [...seen, segment.id])
  }
  return asks(segment.where)
}

/** The rules, changed here at once and put back where the server refuses. */
function useRules() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const groups = useFact((state) => state.groups.map(({ id }) => id).join())
  const rules = useQuery({ queryKey: [...KEY, groups], queryFn: ({ signal }) => live.rest<Rules>('GET', 'group-rules', undefined, signal), enabled: online, placeholderData: (before) => before })
  const segments = useQuery({ queryKey: ['names', 'segments'], queryFn: () => live.rest<{ segments: Segment[] }>('GET', 'segments'), enabled: online, staleTime: 30_000 })
  const keep = (next: Rules) => {
    queries.setQueryData([...KEY, groups], next)
    live.rest('PUT', 'group-rules', next).catch((error: unknown) => {
      notifications.show({ color: 'red', message: error instanceof RestError && ['invalid_payload', 'not_found'].includes(error.code) ? t('rules.refused') : t('failed.action') })
      void queries.invalidateQueries({ queryKey: KEY })
    })
  }
  return {
    rules: rules.data, segments: segments.data?.segments.filter(({ subject }) => subject === 'contact'),
    failed: rules.isError || segments.isError, again: () => void Promise.all([rules.refetch(), segments.refetch()]), keep,
  }
}
