import { Fragment, type ReactNode } from 'react'

const LINK = /\bhttps?:\/\/[^\s<>"']+/gi
/** What ends a sentence rather than an address. */
const TAIL = /[.,;:!?)\]}»”’]+$/

type Props = { text: string; plain?: (text: string) => ReactNode }

/** Text with its http and https addresses as links; every other scheme stays text. `plain` shows what lies between. */
export function LinkedText({ text, plain = (text) => text }: Props) {
  const parts = []
  let end = 0
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TAIL, '')
    if (!URL.canParse(address)) continue
    parts.push(plain(text.slice(end, match.index)), <a key={match.index} href={address} target="_blank" rel="noopener noreferrer nofollow">{address}</a>)
    end = match.index + address.length
  }
  return <>{[...parts, plain(text.slice(end))].map((part, index) => <Fragment key={index}>{part}</Fragment>)}</>
}
