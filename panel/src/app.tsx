import type { WireError } from '@shared/types'
import { useQueryClient } from '@tanstack/react-query'
import { Suspense, useCallback, useEffect, useState, type ReactNode } from 'react'
import { Navigate, Route, Routes, useLocation, useNavigate } from 'react-router'
import { Frame } from './frame/frame'
import { Inbox } from './inbox/inbox'
import { LiveProvider, useFact } from './live/context'
import { Live } from './live/live'
import { forget, keep, kept, ownerOf, signOut, type SignedIn } from './sign-in/sign-in'
import { area } from './words/words'

// Areas that are not the first thing one sees are loaded when they are.
const People = area(() => import('./people/people'), 'people', 'segments', 'enrichment', 'refusals')
const PersonPage = area(() => import('./people/person-page'), 'people', 'segments', 'enrichment', 'refusals')
const Segments = area(() => import('./segments/segments'), 'people', 'segments', 'refusals')
const SegmentPage = area(() => import('./segments/segment-page'), 'people', 'segments', 'refusals')
const Forms = area(() => import('./forms/forms'), 'people', 'segments', 'forms', 'refusals')
const Modals = area(() => import('./modals/modals'), 'people', 'segments', 'forms', 'modals', 'refusals')
const ModalPage = area(() => import('./modals/modal-page'), 'people', 'segments', 'forms', 'modals', 'unsaved', 'refusals')
const FormPage = area(() => import('./forms/form-page'), 'people', 'segments', 'forms', 'unsaved', 'refusals')
const Companies = area(() => import('./companies/companies'), 'people', 'segments', 'companies', 'refusals')
const CompanyPage = area(() => import('./companies/company-page'), 'people', 'segments', 'companies', 'refusals')
const Visitors = area(() => import('./visitors/visitors'), 'people', 'segments', 'visitors', 'refusals')
const Deals = area(() => import('./deals/deals'), 'people', 'segments', 'deals', 'refusals')
const DealPage = area(() => import('./deals/deal-page'), 'people', 'segments', 'deals', 'refusals')
const Duplicates = area(() => import('./merging/duplicates'), 'people', 'segments', 'merging', 'refusals')
const Imports = area(() => import('./importing/imports'), 'people', 'segments', 'importing', 'refusals')
const ImportPage = area(() => import('./importing/import-page'), 'people', 'segments', 'importing', 'refusals')
const Door = area(() => import('./sign-in/door'), 'door', 'refusals')
const Enrol = area(() => import('./access/enrol'), 'access', 'refusals')
const Faults = area(() => import('./faults/faults'), 'faults', 'settings', 'unsaved', 'refusals')
const Calls = area(() => import('./calls/log'), 'calls', 'refusals')
const Settings = area(() => import('./settings/settings'), 'settings', 'refusals')

type Notice = 'ended' | 'storage'

/** Either the sign-in or the workplace. */
export function App() {
  const [signedIn, setSignedIn] = useState<SignedIn | null | undefined>(undefined)
  const [notice, setNotice] = useState<Notice>()
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const invited = ['/join', '/reset', '/sso'].includes(pathname)

  useEffect(() => {
    kept().then((found) => setSignedIn(found ?? null), () => setSignedIn(null))
  }, [])

  const enter = (next: SignedIn) => {
    // A browser that keeps nothing (private mode) still works until the page is closed.
    keep(next).catch(() => {})
    setNotice(undefined)
    setSignedIn(next)
    if (invited) void navigate('/inbox/open', { replace: true })
  }
  const leave = useCallback((why?: Notice) => {
    forget().catch(() => {})
    navigator.clearAppBadge?.().catch(() => {})
    setNotice(why)
    setSignedIn(null)
  }, [])

  if (signedIn === undefined) return null
  if (signedIn === null || invited) return <Suspense><Door notice={notice} enter={enter} /></Suspense>
  return <Workplace key={signedIn.token} signedIn={signedIn} leave={leave} />
}

function Workplace({ signedIn, leave }: { signedIn: SignedIn; leave: (why?: Notice) => void }) {
  const live = useLiveOf(signedIn, () => leave('ended'))
  const queries = useQueryClient()
  if (!live) return null

  const out = async () => {
    await live.forget()
    queries.clear()
    // In the name of whoever is still signed in; without its code the place for pushes dies with the token.
    void import('./frame/push').then(({ leavePush }) => leavePush(signedIn.token)).catch(() => {}).then(() => signOut(signedIn.token))
    leave()
  }
  return (
    <LiveProvider value={live}>
      <Admitted signOut={() => void out()}>
      <Routes>
        <Route element={<Frame signedIn={signedIn} signOut={() => void out()} />}>
          <Route path="/inbox/:view/:conversation?" element={<Inbox />} />
          <Route path="/people/:contact?" element={<People />} />
          <Route path="/person/:contact" element={<PersonPage />} />
          <Route path="/segments" element={<Segments />} />
          <Route path="/segments/:segment" element={<SegmentPage />} />
          <Route path="/companies" element={<Companies />} />
          <Route path="/company/:company" element={<CompanyPage />} />
          <Route path="/visitors" element={<Visitors />} />
          <Route path="/deals" element={<Deals />} />
          <Route path="/deal/:deal" element={<DealPage />} />
          <Route path="/duplicates" element={<Duplicates />} />
          <Route path="/imports" element={<Imports />} />
          <Route path="/imports/:import" element={<ImportPage />} />
          <Route path="/forms" element={<Forms />} />
          <Route path="/modals" element={<Modals />} />
          <Route path="/modals/:modal" element={<ModalPage />} />
          <Route path="/forms/:form" element={<FormPage />} />
          <Route path="/faults/:fault?" element={<Faults />} />
          <Route path="/calls/:call?" element={<Calls />} />
          <Route path="/settings/:page?" element={<Settings />} />
          <Route path="*" element={<Navigate to="/inbox/open" replace />} />
        </Route>
      </Routes>
      </Admitted>
    </LiveProvider>
  )
}

/** Who is allowed nothing but what concerns themselves sees why, and stays there until they go on. */
function Admitted({ signOut, children }: { signOut: () => void; children: ReactNode }) {
  const narrow = useFact((state) => state.session?.permissions?.length === 1)
  const [held, setHeld] = useState(false)
  if (narrow && !held) setHeld(true)
  return held ? <Suspense><Enrol signOut={signOut} done={() => setHeld(false)} /></Suspense> : children
}

/** One live link for as long as this person is signed in. */
function useLiveOf(signedIn: SignedIn, refused: (error: WireError) => void): Live | null {
  const [live, setLive] = useState<Live | null>(null)
  useEffect(() => {
    const started = new Live(signedIn.token, ownerOf(signedIn))
    started.hear({
      refused: (error) => {
        // Whoever may not read it any more finds nothing here either.
        void started.forget()
        refused(error)
      },
    })
    let stopped = false
    void started.start().then(() => (stopped ? started.stop() : setLive(started)))
    return () => {
      stopped = true
      started.stop()
    }
    // `refused` is made anew with each render and means the same.
  }, [signedIn])
  return live
}
