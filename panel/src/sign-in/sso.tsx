import { useEffect, useState } from 'react'
import { useLocation } from 'react-router'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { ask, enter as asking } from './entering'
import type { SignedIn } from './sign-in'
import css from './sign-in.module.css'

const KEY = 'panel.sso'
/** Who came this way once finds it on the sign-in page, where the application is known by its key. */
export const addressOfSso = (): string | undefined => {
  const application = localStorage.getItem(KEY)
  return application ? `/panel/sso?application=${encodeURIComponent(application)}` : undefined
}

/** To the provider of an application, and back from it. What it sends back counts only in the window that began. */
export function Sso({ enter }: { enter: (signedIn: SignedIn) => void }) {
  const { t } = useWords()
  const { search } = useLocation()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    const given = new URLSearchParams(search)
    const go = async () => {
      const application = given.get('application')
      if (application) {
        const begun = await ask<{ url: string; secret: string }>('sso/begin', { application })
        sessionStorage.setItem(KEY, begun.secret)
        location.assign(begun.url)
        return
      }
      const secret = sessionStorage.getItem(KEY)
      if (given.get('error') || !secret) return setProblem(t('sso.refused'))
      sessionStorage.removeItem(KEY)
      const answer = await asking('sso/finish', { code: given.get('code') ?? '', state: given.get('state') ?? '', secret })
      if (!('signedIn' in answer)) return
      localStorage.setItem(KEY, answer.signedIn.application.key)
      enter(answer.signedIn)
    }
    go().catch((error: unknown) => setProblem(refusal(error, t)))
    // Once for each address: a code counts once.
  }, [search])
  return (
    <div className={css.form}>
      <h1 className={css.title}>{t('sso.title')}</h1>
      {problem ? <><p role="alert">{problem}</p><a className={css.link} href="/panel/">{t('join.toSignIn')}</a></> : <p role="status">{t('sso.going')}</p>}
    </div>
  )
}
