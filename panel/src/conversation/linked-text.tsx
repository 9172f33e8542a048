import { Fragment, Suspense, type ReactNode } from 'react'
import { area } from '../words/words'

const LINK = /\b(?:https?:\/\/|mailto:|tel:\+?\d)[^\s<>"']+/gi
/** What ends a sentence rather than an address. */
const TAIL = /[.,;:!?)\]}»”’]+$/

const LinkWarning = area(() => import('./link-warning'), 'answers')

type Props = { text: string; plain?: (text: string) => ReactNode }

/** Text with its web, mail and telephone addresses as links; every other scheme stays text. `plain` shows what lies between. */
export function LinkedText({ text, plain = (text) => text }: Props) {
  const parts = []
  let end = 0
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TAIL, '')
    const url = URL.parse(address)
    if (!url) continue
    parts.push(plain(text.slice(end, match.index)), <a key={match.index} href={address} target="_blank" rel="noopener noreferrer nofollow ugc">{address}</a>)
    // Where the host is not written as it is read, or not in plain letters, it is worth a look.
    if (url.host && (address.split(/[/?#]+/)[1] !== url.host || /xn--|[^!-~]/.test(address))) parts.push(<Suspense><LinkWarning address={address} /></Suspense>)
    end = match.index + address.length
  }
  return <>{[...parts, plain(text.slice(end))].map((part, index) => <Fragment key={index}>{part}</Fragment>)}</>
}
