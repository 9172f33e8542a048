import { Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconBell, IconBriefcase, IconBuilding, IconInbox, IconKeyboard, IconLogout, IconSearch, IconSettings, IconSpeakerphone, IconUsers, IconWorld } from '@tabler/icons-react'
import { Link, useLocation } from 'react-router'
import { useFact } from '../live/context'
import { Brand } from '../parts/brand'
import { Face } from '../parts/face'
import { Keys } from '../parts/keys'
import { MenuGroup } from '../parts/menu-group'
import type { SignedIn } from '../sign-in/sign-in'
import { aside, LANGUAGES, useWords } from '../words/words'
import css from './frame.module.css'
import { useNotices, usePermission, useSound } from './notices'
import { SignOutQuestion } from './late'
import { Suspense, useState } from 'react'
import { useUnread } from './attention'

const Availability = aside(() => import('../availability/entry'), 'availability')
const InstallEntry = aside(() => import('../installed/entry'), 'installed')

type Props = { signedIn: SignedIn; signOut: () => void; showKeys: () => void; showPalette: () => void; phone: boolean }

export function Rail({ signedIn, signOut, showKeys, showPalette, phone }: Props) {
  const { t } = useWords()
  const unread = useUnread()
  const here = useLocation().pathname.split('/')[1]
  const current = (...areas: string[]) => (areas.includes(here ?? '') ? 'page' : undefined)
  return (
    <nav className={css.rail} aria-label={t('rail.label')}>
      <span className={css.brand}><Brand size={28} /></span>
      <Tooltip label={<>{t('rail.inbox')} <Keys keys="g i" /></>} position="right">
        <Link className={css.link} to="/inbox/open" aria-label={unread ? t('rail.inboxUnread', { n: unread }) : t('rail.inbox')}
          aria-current={current('inbox')}>
          <IconInbox size={20} stroke={1.7} />
          {unread > 0 && <span className={css.badge} aria-hidden="true">{unread > 99 ? '99+' : unread}</span>}
        </Link>
      </Tooltip>
      <Tooltip label={<>{t('rail.visitors')} <Keys keys="g v" /></>} position="right">
        <Link className={css.link} to="/visitors" aria-label={t('rail.visitors')} aria-current={current('visitors')}>
          <IconWorld size={20} stroke={1.7} />
        </Link>
      </Tooltip>
      <Tooltip label={<>{t('rail.people')} <Keys keys="g p" /></>} position="right">
        <Link className={css.link} to="/people" aria-label={t('rail.people')} aria-current={current('people', 'person', 'segments', 'imports', 'duplicates', 'forms', ...(phone ? ['modals'] : []))}>
          <IconUsers size={20} stroke={1.7} />
        </Link>
      </Tooltip>
      {/* A phone's bar has no room for it: there it stands among the views of people. */}
      {!phone && (
        <Tooltip label={<>{t('rail.modals')} <Keys keys="g m" /></>} position="right">
          <Link className={css.link} to="/modals" aria-label={t('rail.modals')} aria-current={current('modals')}>
            <IconSpeakerphone size={20} stroke={1.7} />
          </Link>
        </Tooltip>
      )}
      <Tooltip label={<>{t('rail.companies')} <Keys keys="g c" /></>} position="right">
        <Link className={css.link} to="/companies" aria-label={t('rail.companies')} aria-current={current('companies', 'company')}>
          <IconBuilding size={20} stroke={1.7} />
        </Link>
      </Tooltip>
      <Tooltip label={<>{t('rail.deals')} <Keys keys="g d" /></>} position="right">
        <Link className={css.link} to="/deals" aria-label={t('rail.deals')} aria-current={current('deals', 'deal')}>
          <IconBriefcase size={20} stroke={1.7} />
        </Link>
      </Tooltip>
      <Tooltip label={<>{t('keys.palette')} <Keys keys="Mod+K" /></>} position="right">
        <button type="button" className={css.link} onClick={showPalette} aria-label={t('keys.palette')}>
          <IconSearch size={20} stroke={1.7} />
        </button>
      </Tooltip>
      {/* What comes later and is not in each application: calls (calls/side.tsx). */}
      {!phone && <span id="rail-later" className={css.later} />}
      <span className={css.grow} />
      <Tooltip label={<>{t('rail.settings')} <Keys keys="g ," /></>} position="right">
        <Link className={css.link} to="/settings" aria-label={t('rail.settings')} aria-current={current('settings')}>
          <IconSettings size={20} stroke={1.7} />
        </Link>
      </Tooltip>
      <ConnectionLight />
      <UserMenu signedIn={signedIn} signOut={signOut} showKeys={showKeys} />
    </nav>
  )
}

function ConnectionLight() {
  const { t } = useWords()
  const phase = useFact((state) => state.phase)
  const label = t(`link.${phase}`)
  return (
    <Tooltip label={label} position="right">
      <span className={`${css.link} ${css.light}`} role="status" aria-label={label}>
        <span className={css.dot} data-phase={phase} />
      </span>
    </Tooltip>
  )
}

function UserMenu({ signedIn, signOut, showKeys }: Omit<Props, 'showPalette' | 'phone'>) {
  const { t, language, speak } = useWords()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [sound, setSound] = useSound()
  const [permission, askPermission] = usePermission()
  const [notices, setNotices] = useNotices()
  const [leaving, setLeaving] = useState(false)
  const mine = useFact((state) => state.phase === 'online' ? state.agents.find(({ id }) => id === signedIn.agent.id)?.state : undefined)
  const waiting = useFact((state) => state.outbox.length)
  return (
    <>
      <Menu position="right-end" closeOnItemClick={false}>
        <Menu.Target>
          <button type="button" className={css.link} aria-label={t('menu.label', { name: signedIn.agent.name })}>
            <Face id={signedIn.agent.id} name={signedIn.agent.name} online={mine !== undefined} state={mine} />
          </button>
        </Menu.Target>
        {/* A menu holds items and groups of them: who is signed in describes it, and the labels name the groups. */}
        <Menu.Dropdown aria-describedby="who">
          <div id="who" className={css.who} aria-hidden="true">
            <div className={css.whoName}>{signedIn.agent.name}</div>
            <div className={css.whoMore}>{signedIn.agent.email}</div>
            <div className={css.whoMore}>{signedIn.application.name}</div>
          </div>
          <Suspense><Availability /></Suspense>
          <Menu.Divider role="separator" />
          <MenuGroup label={t('menu.theme')}>
            <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as typeof colorScheme)}>
              {(['light', 'dark', 'auto'] as const).map((scheme) => (
                <Menu.RadioItem key={scheme} value={scheme}>{t(`theme.${scheme}`)}</Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </MenuGroup>
          <Menu.Divider role="separator" />
          <MenuGroup label={t('menu.language')}>
            <Menu.RadioGroup value={language} onChange={(next) => speak(next as typeof language)}>
              {LANGUAGES.map((one) => <Menu.RadioItem key={one} value={one} lang={one}>{t(`language.${one}`)}</Menu.RadioItem>)}
            </Menu.RadioGroup>
          </MenuGroup>
          <Menu.Divider role="separator" />
          <Menu.CheckboxItem checked={sound} onChange={setSound}>{t('menu.sound')}</Menu.CheckboxItem>
          {permission === 'granted'
            ? <Menu.CheckboxItem checked={notices} onChange={setNotices}>{t('menu.notices')}</Menu.CheckboxItem>
            : <Menu.Item leftSection={<IconBell size={16} />} disabled={permission === 'denied'} onClick={askPermission}>
                {t(permission === 'denied' ? 'menu.noticesDenied' : 'menu.noticesAsk')}
              </Menu.Item>}
          <Menu.Divider role="separator" />
          <Suspense><InstallEntry /></Suspense>
          <Menu.Item className={css.keysEntry} closeMenuOnClick leftSection={<IconKeyboard size={16} />} rightSection={<Keys keys="?" />} onClick={showKeys}>{t('keys.help')}</Menu.Item>
          <Menu.Item closeMenuOnClick leftSection={<IconLogout size={16} />} onClick={() => (waiting ? setLeaving(true) : signOut())}>{t('menu.signOut')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {leaving && <Suspense><SignOutQuestion close={() => setLeaving(false)} waiting={waiting} signOut={signOut} /></Suspense>}
    </>
  )
}
