// What no other part of the panel uses, so it comes with this one.
import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'

import { Button, SegmentedControl } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact } from '../live/context'
import { useMay } from '../live/may'
import { Late } from '../parts/late'
import { Select } from '../people/fields'
import page from '../settings/settings.module.css'
import { Sheet } from '../settings/sheet'
import { useWords } from '../words/words'
import { CallPage } from './call-page'
import css from './calls.module.css'
import { useCallPages } from './data'
import { DeviceChoice } from './device-choice'
import { Row } from './row'

/** The log of calls, or one of them. */
export default function Calls() {
  const id = Number(useParams().call)
  return <main className={page.main}>{id ? <CallPage key={id} id={id} /> : <Log />}</main>
}

const WHICH = ['all', 'mine', 'missed'] as const
type Which = (typeof WHICH)[number]

/** Which calls are shown stands in the address, so that it can be kept, and is there again on coming back. */
function useFilter() {
  const me = useFact((state) => state.session?.agent.id)
  const [params, setParams] = useSearchParams()
  const set = (name: string, value: string) => setParams((now) => {
    const next = new URLSearchParams(now)
    if (value) next.set(name, value)
    else next.delete(name)
    return next
  }, { replace: true })
  const which = WHICH.find((each) => each === params.get('which')) ?? 'all'
  const of = (name: string) => params.get(name) ?? ''
  const asked = new URLSearchParams()
  if (which === 'missed') asked.set('missed', 'true')
  if (which === 'mine' && me) asked.set('agent', String(me))
  for (const name of ['direction', 'state', 'contact', ...(which === 'mine' ? [] : ['agent'])]) if (of(name)) asked.set(name, of(name))
  return { which, of, set, asked: asked.toString() }
}

function Log() {
  const { t } = useWords()
  const agents = useFact((state) => state.agents)
  const { which, of, set, asked } = useFilter()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useCallPages(asked)
  const calls = data?.pages.flatMap((one) => one.calls) ?? []
  const list = useRef<HTMLUListElement>(null)
  const walk = (step: number) => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
    const at = links.findIndex((link) => link === document.activeElement)
    links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))]?.focus()
  }
  const group = t('calls.title')
  useActions([
    { id: 'calls next', label: t('calls.next'), keys: 'j', group, hidden: true, run: () => walk(1) },
    { id: 'calls before', label: t('calls.before'), keys: 'k', group, hidden: true, run: () => walk(-1) },
    ...WHICH.map((each) => ({ id: `calls ${each}`, label: t(`calls.which.${each}`), group, run: () => set('which', each === 'all' ? '' : each) })),
  ])
  const filtered = asked !== ''
  const contact = of('contact') && calls[0]?.contact?.name
  return (
    <Sheet title={t('calls.title')} why={t('calls.why')} actions={<Devices />}>
      <div className={css.filters}>
        <SegmentedControl value={which} onChange={(value) => set('which', value === 'all' ? '' : value)} aria-label={t('calls.which')} data={WHICH.map((value: Which) => ({ value, label: t(`calls.which.${value}`) }))} />
        {which !== 'missed' && (
          <>
            <Select label={t('calls.direction')} value={of('direction')} pick={(value) => set('direction', value)}>
              <option value="">{t('calls.direction.any')}</option>
              <option value="in">{t('calls.direction.in')}</option>
              <option value="out">{t('calls.direction.out')}</option>
            </Select>
            <Select label={t('calls.state')} value={of('state')} pick={(value) => set('state', value)}>
              <option value="">{t('calls.state.any')}</option>
              <option value="ringing">{t('calls.state.ringing')}</option>
              <option value="talking">{t('calls.state.talking')}</option>
              <option value="ended">{t('calls.state.ended')}</option>
            </Select>
          </>
        )}
        {which === 'all' && (
          <Select label={t('calls.agent')} value={of('agent')} pick={(value) => set('agent', value)}>
            <option value="">{t('calls.agent.any')}</option>
            {agents.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </Select>
        )}
        {of('contact') && <Button variant="default" size="compact-md" onClick={() => set('contact', '')}>{t('calls.ofContact', { name: contact || `#${of('contact')}` })}</Button>}
      </div>
      {error && !data && <div role="alert"><p>{t('failed.action')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={page.note}>{t('loading')}</p></Late>}
      {data && calls.length === 0 && <div className={page.empty}><h3 className={page.emptyTitle}>{t(filtered ? 'calls.noneSuch' : 'calls.none')}</h3><p>{t(filtered ? 'calls.noneSuchNext' : 'calls.noneNext')}</p></div>}
      {calls.length > 0 && <ul ref={list} className={css.rows} aria-label={t('calls.title')}>{calls.map((call) => <Row key={call.id} call={call} />)}</ul>}
      {hasNextPage && <div><Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('calls.more')}</Button></div>}
    </Sheet>
  )
}

/** With what one speaks and hears, to be chosen and tried before the first call. */
function Devices() {
  const { t } = useWords()
  const talks = useMay('calls.talk')
  const [opened, setOpened] = useState(false)
  if (!talks) return null
  return (
    <>
      <Button variant="default" leftSection={<IconAdjustmentsHorizontal size={18} />} onClick={() => setOpened(true)}>{t('calls.devices')}</Button>
      {opened && <DeviceChoice close={() => setOpened(false)} />}
    </>
  )
}
