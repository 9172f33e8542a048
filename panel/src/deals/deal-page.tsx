import { ActionIcon, Button } from '@mantine/core'
import { IconArrowLeft, IconPencil, IconTrash } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { Link, Navigate, useLocation, useNavigate, useParams } from 'react-router'
import { useActions } from '../frame/actions'
import { useFact, useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Ago } from '../parts/ago'
import { Dialog } from '../parts/dialog'
import { Late } from '../parts/late'
import { AttributeList } from '../people/attribute-list'
import { AddTag, Pill } from '../people/belongings'
import { SubjectContext, useRefresh, useTags } from '../people/names'
import profile from '../people/profile.module.css'
import { TableSkeleton } from '../people/table'
import { Section } from '../person/person'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { Activities } from './activities'
import { useCrmNews, useDeal, useLossReasons, usePlaces } from './data'
import { DealForm } from './deal-form'
import css from './deals.module.css'
import { useDealDeed } from './deeds'
import { History } from './history'
import { Mark } from './mark'
import { money } from './money'
import { Notes } from './notes'
import { Outcome, Track } from './outcome'
import { Participants, Products } from './related'
import { State } from './state'
import type { Deal } from './types'

/** Everything about one deal: what it is worth and where it stands, whose it is, what is to be done, and how it came here. */
export default function DealPage() {
  const { t } = useWords()
  const id = Number(useParams().deal)
  const navigate = useNavigate()
  const fromHere = useLocation().key !== 'default'
  const online = useFact((state) => state.phase === 'online')
  const [asking, setAsking] = useState<'edit' | 'delete'>()
  const { data: deal, error } = useDeal(id)
  const close = () => setAsking(undefined)
  useCrmNews()
  const back = () => void (fromHere ? navigate(-1) : navigate('/deals'))
  useActions([
    { id: 'back', label: t('profile.back'), keys: 'Escape', group: t('rail.deals'), hidden: true, run: back },
    { id: 'edit deal', label: t('deal.edit'), keys: 'e', group: t('rail.deals'), run: () => setAsking('edit') },
  ])
  if (!Number.isSafeInteger(id) || id < 1) return <Navigate to="/deals" replace />
  const gone = error instanceof RestError && error.status === 404
  return (
    <SubjectContext value="deal">
      <main className={profile.page}>
        <article className={profile.profile} aria-label={deal?.name}>
          <div className={profile.bar}>
            <ActionIcon onClick={back} aria-label={t('profile.back')}><IconArrowLeft size={18} /></ActionIcon>
            <span className={profile.grow} />
            {deal && !gone && (
              <>
                <ActionIcon onClick={() => setAsking('edit')} aria-label={t('deal.edit')} title={t('deal.edit')}><IconPencil size={16} /></ActionIcon>
                <ActionIcon onClick={() => setAsking('delete')} aria-label={t('deal.delete')} title={t('deal.delete')}><IconTrash size={16} /></ActionIcon>
              </>
            )}
          </div>
          {!deal || gone
            ? gone ? <p className={profile.failed} role="alert">{t('deal.gone')}</p>
              : error ? <p className={profile.failed} role="alert">{t('deal.failed')}</p>
              : !online ? <p className={profile.failed}>{t('deals.offline')}</p> : <Late><TableSkeleton /></Late>
            : <Everything deal={deal} />}
        </article>
        {deal && asking === 'edit' && <DealForm deal={deal} close={close} done={() => {}} />}
        {deal && asking === 'delete' && <DeleteQuestion deal={deal} close={close} />}
      </main>
    </SubjectContext>
  )
}

function Everything({ deal }: { deal: Deal }) {
  const { locale } = useWords()
  return (
    <>
      <div className={css.top}>
        <header className={css.head}>
          <Mark />
          <div className={css.headLines}>
            <h2 className={profile.name}>{deal.name}</h2>
            <p className={css.worth}><strong>{money(deal.value, deal.currency, locale)}</strong><State of={deal.status} /></p>
          </div>
          <Outcome deal={deal} />
        </header>
        <Track deal={deal} />
      </div>
      <div className={profile.columns}>
        <div className={profile.facts}>
          <Facts deal={deal} />
          <Participants deal={deal} />
          <Products deal={deal} />
          <Tags deal={deal} />
          <AttributeList id={deal.id} of="deals" values={{ ...deal.attributes, created_at: deal.created, updated_at: deal.updated }} />
        </div>
        <div className={profile.story}>
          <Activities deal={deal} />
          <Notes subject="deal" of={deal.id} />
          <History deal={deal} />
        </div>
      </div>
    </>
  )
}

function Facts({ deal }: { deal: Deal }) {
  const { t, locale } = useWords()
  const agents = useFact((state) => state.agents)
  const reasons = useLossReasons().data?.loss_reasons
  const places = usePlaces()
  const { contact, company, expected_close_date: closes, custom_id: own, status } = deal
  const date = (text: string) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(text))
  const why = status === 'lost' && [reasons?.find(({ id }) => id === deal.loss_reason)?.name, deal.loss_reason_description].filter(Boolean).join(': ')
  const decided = status === 'won' ? deal.won_at : status === 'lost' ? deal.lost_at : null
  const facts: [string, ReactNode][] = [
    [t('deals.pipeline'), places.pipeline(deal.pipeline)?.name],
    [t('deals.stageSince'), <Ago key="since" at={deal.stage_since} long />],
    [t('deals.contact'), contact && <Link to={`/person/${contact.id}`}>{contact.name}</Link>],
    [t('deals.company'), company && <Link to={`/company/${company.id}`}>{company.name}</Link>],
    [t('deals.owner'), agents.find(({ id }) => id === deal.assignee)?.name ?? t('deals.nobody')],
    [t('deals.closes'), closes && date(closes)],
    [t(status === 'won' ? 'deal.wonAt' : 'deal.lostAt'), decided && <Ago key="decided" at={decided} long />],
    [t('deal.why'), why],
    [t('deals.customId'), own],
  ]
  return (
    <Section title={t('deal.about')}>
      <dl className={css.facts}>{facts.filter(([, value]) => value).map(([name, value]) => <div key={name} className={css.fact}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
    </Section>
  )
}

function Tags({ deal }: { deal: Deal }) {
  const { t } = useWords()
  const change = useDealDeed()
  const tags = useTags()
  const put = (next: string[]) => void change(deal.id, { tags: next })
  return (
    <Section title={t('profile.tags')}>
      <div className={profile.pills}>
        {deal.tags.map((tag) => <Pill key={tag} name={tag} remove={() => put(deal.tags.filter((one) => one !== tag))} />)}
        <AddTag offers={tags?.map(({ name }) => name).filter((name) => !deal.tags.includes(name)) ?? []} add={(tag) => put([...deal.tags, tag])} />
      </div>
    </Section>
  )
}

function DeleteQuestion({ deal, close }: { deal: Deal; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const [refused, setRefused] = useState('')
  const remove = async () => {
    try {
      await live.rest('DELETE', `deals/${deal.id}`)
      void navigate('/deals', { replace: true })
      refresh('deals')
    } catch (error) {
      setRefused(refusal(error, t))
    }
  }
  return (
    <Dialog opened onClose={close} title={t('deal.deleteTitle', { name: deal.name })}>
      <p>{t('deal.deleteWhat')}</p>
      {refused && <p className={css.error} role="alert">{refused}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={close} data-autofocus>{t('cancel')}</Button>
        <Button color="red.9" onClick={() => void remove()}>{t('deal.delete')}</Button>
      </div>
    </Dialog>
  )
}
