import type { ReactNode } from 'react'
import { useLocation } from 'react-router'
import { Brand } from '../parts/brand'
import { useWords } from '../words/words'
import { Forgotten } from './forgotten'
import { Join } from './join'
import { Reset } from './reset'
import type { SignedIn } from './sign-in'
import { SignIn } from './sign-in-page'
import { Sso } from './sso'
import css from './sign-in.module.css'

/** What is before the workplace: signing in, taking up an invitation, and a new password. */
export default function Door({ notice, enter }: { notice?: string; enter: (signedIn: SignedIn) => void }) {
  const { pathname } = useLocation()
  return (
    <Card>
      {pathname === '/sso' ? <Sso enter={enter} /> : pathname === '/join' ? <Join enter={enter} /> : pathname === '/reset' ? <Reset /> : pathname === '/forgotten' ? <Forgotten /> : <SignIn notice={notice} enter={enter} />}
    </Card>
  )
}

function Card({ children }: { children: ReactNode }) {
  const { language, speak } = useWords()
  return (
    <main className={css.page}>
      <div className={css.card}>
        <div className={css.brand}>
          <Brand size={32} />
          <span>Switchboard</span>
        </div>
        {children}
      </div>
      <button type="button" className={css.language} lang={language === 'pl' ? 'en' : 'pl'} onClick={() => speak(language === 'pl' ? 'en' : 'pl')}>
        {language === 'pl' ? 'English' : 'Polski'}
      </button>
    </main>
  )
}
