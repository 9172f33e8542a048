import { ActionIcon, CloseButton, Menu, Skeleton } from '@mantine/core'
import { IconArrowLeft, IconArrowMerge, IconDots, IconMaximize, IconMessagePlus, IconTrash } from '@tabler/icons-react'
import { Suspense, useMemo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useFact } from '../live/context'
import { newestFirst } from '../live/views'
import { Ago } from '../parts/ago'
import { Face } from '../parts/face'
import { Late } from '../parts/late'
import { Facts, Mail, Section, WhereNow } from '../person/person'
import { usePersonData } from '../person/person-data'
import person from '../person/person.module.css'
import { area, aside, useWords } from '../words/words'
import { AttributeList } from './attribute-list'
import { Belongings } from './belongings'
import { CompaniesOf } from './companies-of'
import { Enrich } from './enrich'
import css from './profile.module.css'
import { useProfile, useReplaced } from './profile-data'
import { SegmentsOf } from './segments-of'
import { Dossier } from './dossier'
import { Consents } from './consents'
import { Timeline } from './timeline'
import type { Contact } from './types'

const CallButton = aside(() => import('../calls/call-button'), 'calls')
const PhoneButton = aside(() => import('../calls/phone-button'), 'calls')
const MergeWith = area(() => import('../merging/merge-with'), 'merging')
const DealsOf = area(() => import('../deals/deals-of'), 'deals')
const Start = area(() => import('../visitors/start'), 'visitors', 'people', 'refusals')
const Erase = area(() => import('./erase'), 'people')

type Props = { id: number; beside?: boolean; close: () => void; moved: (into: number) => void }

/** Everything about one person: who and where, what is known, where they belong and why, and what happened. */
export function Profile({ id, beside = false, close, moved }: Props) {
  const { t } = useWords()
  const offline = useFact((state) => state.phase === 'offline')
  const profile = useProfile(id)
  const gone = useReplaced(id, moved)
  const { data: live } = usePersonData(id)
  const contact = profile.data?.contact
  const [writing, setWriting] = useState(false)
  return (
    <article className={css.profile} aria-label={contact?.name}>
      <div className={css.bar}>
        {!beside && <ActionIcon onClick={close} aria-label={t('profile.back')}><IconArrowLeft size={18} /></ActionIcon>}
        <span className={css.grow} />
        {contact && gone !== null && <Suspense><CallButton contact={{ id, name: contact.name, online: live?.contact.online }} /></Suspense>}
        {contact && gone !== null && live?.contact.phone_number && <Suspense><PhoneButton contact={{ id, name: contact.name }} number={live.contact.phone_number} /></Suspense>}
        {contact && gone !== null && <ActionIcon onClick={() => setWriting(true)} aria-label={t('profile.write', { name: contact.name })} title={t('profile.write', { name: contact.name })}><IconMessagePlus size={18} /></ActionIcon>}
        {contact && <More contact={contact} gone={gone === null} />}
        {beside
          && <><ActionIcon component={Link} to={`/person/${id}`} aria-label={t('profile.full')} title={t('profile.full')}><IconMaximize size={16} /></ActionIcon>
              <CloseButton size={32} onClick={close} aria-label={t('profile.close')} /></>}
      </div>
      {gone === null ? <p className={css.failed} role="alert">{t('profile.erased')}</p> : !profile.data || !contact
        ? profile.isError ? <p className={css.failed} role="alert">{t('profile.gone')}</p> : offline ? <p className={css.failed}>{t('person.offline')}</p> : <Late><ProfileSkeleton /></Late>
        : (
          <div className={css.columns}>
            <div className={css.facts}>
              <header className={css.head}>
                <Face id={id} name={contact.name} online={live?.contact.online} size="large" />
                <div className={css.headLines}>
                  <h2 className={css.name}>{contact.name}</h2>
                  {contact.email && contact.email !== contact.name && <Mail email={contact.email} />}
                  <p className={css.presence} data-online={live?.contact.online || undefined}>
                    {live?.contact.online ? t('presence.online') : contact.last_seen ? <>{t('person.lastSeen')} <Ago at={contact.last_seen} long /></> : t('profile.neverSeen')}
                  </p>
                </div>
              </header>
              {live && <WhereNow contact={live.contact} />}
              <CompaniesOf companies={contact.companies} />
              <Belongings contact={contact} />
              <SegmentsOf contact={contact} />
              <AttributeList id={id} values={profile.data.values} sources={profile.data.sources}>
                <Enrich key={id} id={id} enriched={profile.data.enriched} />
              </AttributeList>
              <Consents contact={id} />
              {live && contact.first_seen && <Facts contact={live.contact} title={t('profile.device')} />}
            </div>
            <div className={css.story}>
              <Suspense><DealsOf contact={contact} /></Suspense>
              <Conversations contact={id} />
              <Timeline contact={id} />
            </div>
          </div>
        )}
      {writing && contact && <Suspense><Start contact={contact} close={() => setWriting(false)} /></Suspense>}
    </article>
  )
}

/** What is done with a whole person. Whoever erases them still sees how far that is, and gets the proof. */
function More({ contact, gone }: { contact: Contact; gone: boolean }) {
  const { t } = useWords()
  const navigate = useNavigate()
  const [doing, setDoing] = useState<'merge' | 'erase'>()
  const done = () => setDoing(undefined)
  return (
    <>
      {!gone && <Menu position="bottom-end">
        <Menu.Target><ActionIcon aria-label={t('profile.more')} title={t('profile.more')}><IconDots size={18} /></ActionIcon></Menu.Target>
        <Menu.Dropdown aria-label={t('profile.more')}>
          <Menu.Item leftSection={<IconArrowMerge size={16} />} onClick={() => setDoing('merge')}>{t('merge.open')}</Menu.Item>
          <Dossier contact={contact} />
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setDoing('erase')}>{t('erase.open')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>}
      {doing && (
        <Suspense>
          {doing === 'merge' ? <MergeWith contact={contact} close={done} merged={(into) => void navigate(`/person/${into}`)} /> : <Erase contact={contact} close={done} />}
        </Suspense>
      )}
    </>
  )
}

function Conversations({ contact }: { contact: number }) {
  const { t } = useWords()
  const known = useFact((state) => state.conversations)
  const all = useMemo(() => Object.values(known).filter((one) => one.contact.id === contact).sort(newestFirst), [known, contact])
  return (
    <Section title={t('profile.conversations')}>
      {all.length === 0 ? <p className={css.none}>{t('profile.noConversations')}</p> : (
        <ul className={person.others}>
          {all.map((one) => (
            <li key={one.id}>
              <Link className={person.other} to={`/inbox/${one.status === 'closed' ? 'closed' : 'open'}/${one.id}`}>
                <span className={person.otherWords}>{one.last?.text || t(one.last?.kind === 'delete' ? 'list.deleted' : one.last ? 'notice.file' : 'list.nothing')}</span>
                <span className={person.when}>{one.status === 'closed' && `${t('status.closed')} · `}<Ago at={one.updated_at} /></span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function ProfileSkeleton() {
  const { t } = useWords()
  return (
    <div className={css.skeleton} role="status" aria-label={t('loading')}>
      <Skeleton circle height={48} />
      {[60, 40, 80, 70, 50, 75, 45].map((width) => <Skeleton key={width} height={12} width={`${width}%`} />)}
    </div>
  )
}
