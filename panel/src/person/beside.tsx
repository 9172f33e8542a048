import { ActionIcon, Menu, Tabs } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Suspense, useEffect, useState } from 'react'
import { useFact } from '../live/context'
import { Keys } from '../parts/keys'
import { Late } from '../parts/late'
import { AttributeList } from '../people/attribute-list'
import { Belongings } from '../people/belongings'
import { CompaniesOf } from '../people/companies-of'
import { useProfile } from '../people/profile-data'
import { SegmentsOf } from '../people/segments-of'
import { Timeline } from '../people/timeline'
import { useWords } from '../words/words'
import css from './beside.module.css'
import { useDeeds, type Deed } from './doing'
import { Earlier } from './earlier'
import { Now, Visits } from './now'
import { Facts, Head, PersonSkeleton } from './person'
import { usePersonData } from './person-data'
import shared from './person.module.css'
import { Sales } from './sales'

const TABS = ['about', 'sales', 'history'] as const
type Tab = (typeof TABS)[number]
const CHOSEN = 'panel.person.tab'

const kept = (): Tab => TABS.find((tab) => tab === sessionStorage.getItem(CHOSEN)) ?? 'about'

type Props = { id: number; conversation: number; act: (deed: Deed) => void }

/** Who one talks with: where they are now, what is known of them, what is sold to them, and what happened. */
export function Beside({ id, conversation, act }: Props) {
  const { t } = useWords()
  const offline = useFact((state) => state.phase === 'offline')
  const { data, isError } = usePersonData(id)
  const [tab, setTab] = useState<Tab>(kept)
  useEffect(() => sessionStorage.setItem(CHOSEN, tab), [tab])
  if (isError && !data) return <p className={shared.failed} role="alert">{t('person.failed')}</p>
  if (!data && offline) return <p className={shared.failed}>{t('person.offline')}</p>
  if (!data) return <Late><PersonSkeleton /></Late>
  const { contact, pages } = data
  return (
    <div className={css.beside}>
      <div className={css.top}>
        <Head contact={contact} />
        <Acts act={act} />
      </div>
      <Now contact={contact} pages={pages} />
      <Tabs value={tab} onChange={(next) => setTab(next as Tab)} keepMounted={false} classNames={{ list: css.tabs, tab: css.tab, panel: css.panel }}>
        <Tabs.List grow aria-label={t('person.label')}>
          {TABS.map((each) => <Tabs.Tab key={each} value={each}>{t(`beside.tab.${each}`)}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value="about"><About id={id} conversation={conversation} /></Tabs.Panel>
        <Tabs.Panel value="sales"><Sales contact={contact} conversation={conversation} act={act} /></Tabs.Panel>
        <Tabs.Panel value="history">
          <Earlier contact={id} current={conversation} />
          <Suspense><Timeline contact={id} /></Suspense>
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}

/** What can be done with this person, each with its key. */
function Acts({ act }: { act: (deed: Deed) => void }) {
  const { t } = useWords()
  const deeds = useDeeds()
  if (!deeds.length) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target><ActionIcon variant="default" size={32} className={css.add} aria-label={t('beside.add')} title={t('beside.add')}><IconPlus size={18} /></ActionIcon></Menu.Target>
      <Menu.Dropdown aria-label={t('beside.add')}>
        {deeds.map(({ deed, keys, icon: Icon }) => (
          <Menu.Item key={deed} leftSection={<Icon size={16} stroke={1.7} aria-hidden="true" />} rightSection={<Keys keys={keys} />} onClick={() => act(deed)}>{t(`beside.${deed}`)}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function About({ id, conversation }: { id: number; conversation: number }) {
  const { data } = usePersonData(id)
  const profile = useProfile(id).data
  if (!data) return null
  return (
    <>
      {profile && (
        <>
          <CompaniesOf companies={profile.contact.companies} contact={profile.contact} />
          <Belongings contact={profile.contact} />
          <AttributeList id={id} values={profile.values} sources={profile.sources} />
        </>
      )}
      <Facts contact={data.contact} />
      <Visits pages={data.pages} />
      <Earlier contact={id} current={conversation} hideEmpty />
      {profile && <SegmentsOf contact={profile.contact} />}
    </>
  )
}
