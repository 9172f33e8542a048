import { useMantineColorScheme } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { Suspense, useEffect, useState } from 'react'
import { Outlet, useMatch, useNavigate } from 'react-router'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { area, aside, LANGUAGES, useWords } from '../words/words'
import type { SignedIn } from '../sign-in/sign-in'
import { fold } from '../theme'
import { ActionsProvider, useActions } from './actions'
import css from './frame.module.css'
import { OfflineBanner } from './offline-banner'
import { Palette } from './palette'
import { Rail } from './rail'
import { useAttention } from './attention'

const Idle = aside(() => import('../availability/side'), 'availability')
const Beside = aside(() => import('../first-hour/side'), 'application', 'faults', 'start', 'refusals')
const KeysHelp = area(() => import('./keys-help'))
const Title = aside(() => import('./title'))
const Calls = aside(() => import('../calls/side'), 'calls', 'refusals')
const Installed = aside(() => import('../installed/side'), 'installed')

type Props = { signedIn: SignedIn; signOut: () => void }

export function Frame(props: Props) {
  return (
    <ActionsProvider>
      <Workplace {...props} />
    </ActionsProvider>
  )
}

function Workplace({ signedIn, signOut }: Props) {
  const { t, speak } = useWords()
  const { setColorScheme } = useMantineColorScheme()
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  const navigate = useNavigate()
  const phone = useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false })
  const inConversation = useMatch('/inbox/:view/:conversation')
  const makes = useMay('modals.manage')
  useAttention()
  useFreshData()
  const settled = useSettled()
  const rings = useFact(({ calls }) => calls.length > 0)

  useActions([
    { id: 'palette', label: t('keys.palette'), keys: 'Mod+K', group: t('keys.everywhere'), hidden: true, run: () => setPalette(true) },
    { id: 'inbox', label: t('keys.inbox'), keys: 'g i', group: t('keys.everywhere'), run: () => void navigate('/inbox/open') },
    { id: 'people', label: t('keys.people'), keys: 'g p', group: t('keys.everywhere'), run: () => void navigate('/people') },
    { id: 'visitors', label: t('keys.visitors'), keys: 'g v', group: t('keys.everywhere'), run: () => void navigate('/visitors') },
    { id: 'companies', label: t('keys.companies'), keys: 'g c', group: t('keys.everywhere'), run: () => void navigate('/companies') },
    { id: 'deals', label: t('keys.deals'), keys: 'g d', group: t('keys.everywhere'), run: () => void navigate('/deals') },
    { id: 'segments', label: t('keys.segments'), keys: 'g s', group: t('keys.everywhere'), run: () => void navigate('/segments') },
    { id: 'forms', label: t('keys.forms'), keys: 'g f', group: t('keys.everywhere'), run: () => void navigate('/forms') },
    { id: 'modals', label: t('keys.modals'), keys: 'g m', group: t('keys.everywhere'), run: () => void navigate('/modals') },
    { id: 'messages', label: t('keys.messages'), group: t('keys.everywhere'), run: () => void navigate('/modals?kind=message') },
    ...(makes ? [
      { id: 'make modal', label: t('keys.newModal'), group: t('keys.everywhere'), run: () => void navigate('/modals/new?kind=modal') },
      { id: 'make message', label: t('keys.newMessage'), group: t('keys.everywhere'), run: () => void navigate('/modals/new?kind=message') },
    ] : []),
    { id: 'settings', label: t('keys.settings'), keys: 'g ,', group: t('keys.everywhere'), run: () => void navigate('/settings') },
    { id: 'help', label: t('keys.help'), keys: '?', group: t('keys.everywhere'), hidden: phone, run: () => setHelp(true) },
    ...(['light', 'dark', 'auto'] as const).map((scheme) => ({
      id: `theme ${scheme}`, label: t(`theme.${scheme}`), group: t('menu.theme'), run: () => setColorScheme(scheme),
    })),
    ...LANGUAGES.map((language) => ({
      id: `language ${language}`, label: t(`language.${language}`), group: t('menu.language'), run: () => speak(language),
    })),
  ])

  return (
    <div className={css.frame} data-conversation={inConversation ? true : undefined}>
      <Rail signedIn={signedIn} signOut={signOut} showKeys={() => setHelp(true)} showPalette={() => setPalette(true)} phone={phone ?? false} />
      <div className={css.area}>
        <OfflineBanner />
        {(settled || rings) && <Suspense><Calls /></Suspense>}
        {settled && <Suspense><Title /></Suspense>}
        {settled && <Suspense><Beside /></Suspense>}
        {settled && <Suspense><Installed /></Suspense>}
        {settled && <Suspense><Idle /></Suspense>}
        <Suspense><Outlet /></Suspense>
      </div>
      <Palette opened={palette} close={() => setPalette(false)} />
      {help && <Suspense><KeysHelp close={() => setHelp(false)} /></Suspense>}
    </div>
  )
}

/** Milliseconds from the first answers until they are painted, and until nobody waits for answers any more. */
const PAINTED = 1_000
const ALONE = 3_000

/** Whether what one came for is there, or something is done already: what works beside it is fetched then. */
function useSettled(): boolean {
  const fresh = useFact((state) => state.fresh)
  const [settled, setSettled] = useState(false)
  useEffect(() => {
    const settle = () => setSettled(true)
    const timer = setTimeout(settle, fresh ? PAINTED : ALONE)
    addEventListener('keydown', settle, { once: true })
    addEventListener('pointerdown', settle, { once: true })
    return () => clearTimeout(timer)
  }, [fresh])
  return settled
}

/** After a reconnect everything that was asked for may be out of date. */
function useFreshData(): void {
  const live = useLive()
  const queries = useQueryClient()
  useEffect(() => live.hear({ back: () => void queries.invalidateQueries() }), [live, queries])
}
