import { ActionIcon, Button } from '@mantine/core'
import { IconCopy, IconPlus } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearchParams } from 'react-router'
import forms from '../forms/forms.module.css'
import { Pick } from '../forms/pick'
import { Switch } from '../forms/tick'
import { useActions } from '../frame/actions'
import { useLive } from '../live/context'
import { useMay } from '../live/may'
import { Late } from '../parts/late'
import people from '../people/people.module.css'
import { TableSkeleton } from '../people/table'
import { tellFailed } from '../people/undo'
import { useWords } from '../words/words'
import { KINDS, SiteArea, useAmongPeople } from './area'
import { useModals } from './data'
import { draftOf } from './draft'
import css from './modals.module.css'
import type { Modal } from './types'

/** All pop-ups, or all automatic messages: how each fares, and whether it is on. */
export default function Modals() {
  const { t } = useWords()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams()
  const kind = KINDS.find((each) => each === params.get('kind')) ?? 'modal'
  const { data, isError, refetch } = useModals()
  const modals = data?.filter((one) => one.kind === kind)
  const begin = `/modals/new?kind=${kind}`
  const manages = useMay('modals.manage')
  const phone = useAmongPeople()
  useActions(!manages ? [] : [{ id: 'new modal', label: t(`modals.new.${kind}`), keys: 'n', group: t('modals.title'), run: () => void navigate(begin) }])
  return (
    <SiteArea kind={kind}>
      <main className={forms.main}>
        <div className={people.toolbar}>
          <h2 className={people.title}>{t(phone ? 'modals.title' : `modals.kind.${kind}`)}</h2>
          <span className={people.grow} />
          {manages && <Button size="compact-md" h={36} component={Link} to={begin} leftSection={<IconPlus size={16} />}>{t(`modals.new.${kind}`)}</Button>}
        </div>
        {phone && <div className={css.kinds}>
          <Pick label={t('modals.kind')} value={kind} pick={(next) => setParams({ kind: next }, { replace: true })}
            options={KINDS.map((each) => ({ value: each, label: t(`modals.kind.${each}`) }))} />
        </div>}
        {isError && !modals && <div className={people.empty} role="alert"><p>{t('modals.failed')}</p><Button variant="default" onClick={() => void refetch()}>{t('retry')}</Button></div>}
        {!isError && !modals && <Late><TableSkeleton /></Late>}
        {modals?.length === 0 && (
          <div className={people.empty}>
            <p className={people.emptyTitle}>{t(`modals.none.${kind}`)}</p>
            <p>{t(`modals.noneNext.${kind}`)}</p>
            {manages && <Button component={Link} to={begin}>{t(`modals.first.${kind}`)}</Button>}
          </div>
        )}
        {modals && modals.length > 0 && <ul className={forms.list} aria-label={t(`modals.kind.${kind}`)}>{modals.map((modal) => <Row key={modal.id} modal={modal} />)}</ul>}
      </main>
    </SiteArea>
  )
}

function Row({ modal }: { modal: Modal }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const turn = async (on: boolean) => {
    // A list that was asked for before must not turn it back.
    void queries.cancelQueries({ queryKey: ['modals'] })
    queries.setQueryData<Modal[]>(['modals'], (all) => all?.map((each) => (each.id === modal.id ? { ...each, on } : each)))
    await live.rest('PATCH', `modals/${modal.id}`, { on }).catch(() => tellFailed(t))
    void queries.invalidateQueries({ queryKey: ['modals'] })
  }
  const copy = async () => {
    const draft = { ...draftOf(modal), name: t('modals.copyOf', { name: modal.name }).slice(0, 128), on: false }
    const made = await live.rest<Modal>('POST', 'modals', draft).catch(() => tellFailed(t))
    void queries.invalidateQueries({ queryKey: ['modals'] })
    if (made) void navigate(`/modals/${made.id}`)
  }
  const what = modal.kind === 'modal' ? `${t(`modal.layout.${modal.layout}`)} · ${t(`modal.size.${modal.size}`)}` : t(`modal.showAs.${modal.show_as}`)
  return (
    <li className={forms.row}>
      <Link className={forms.lines} to={`/modals/${modal.id}`}>
        <span className={forms.name}>{modal.name}</span>
        <span className={forms.hint}>{what} · {t(`modal.often.${modal.rules.often}`, { n: modal.rules.days })}</span>
      </Link>
      <Figures modal={modal} />
      <ActionIcon size={36} onClick={() => void copy()} aria-label={t('modals.copy', { name: modal.name })} title={t('modals.copy', { name: modal.name })}><IconCopy size={18} /></ActionIcon>
      <Switch on={modal.on} turn={(on) => void turn(on)} label={t('modals.turnOn', { name: modal.name })} />
    </li>
  )
}

/** How it fares: of those who saw it, how many did something. */
export function Figures({ modal: { kind, figures } }: { modal: Modal }) {
  const { t, locale } = useWords()
  const number = new Intl.NumberFormat(locale)
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const third = kind === 'message' ? 'answered' : 'dismissed'
  return (
    <dl className={forms.numbers}>
      <div><dt>{t('modals.seen')}</dt><dd>{number.format(figures.seen)}</dd></div>
      <div><dt>{t('modals.clicked')}</dt><dd>{number.format(figures.clicked)}</dd></div>
      <div className={forms.wideOnly}><dt>{t(`modals.${third}`)}</dt><dd>{number.format(figures[third])}</dd></div>
      <div className={forms.wideOnly}><dt>{t('modals.share')}</dt><dd>{figures.seen ? share.format(Math.min(1, (kind === 'message' ? figures.answered : figures.clicked) / figures.seen)) : '–'}</dd></div>
    </dl>
  )
}
