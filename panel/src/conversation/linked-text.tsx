import { Fragment } from 'react'

const LINK = /\bhttps?:\/\/[^\s<>"']+/gi
/** What ends a sentence rather than an address. */
const TAIL = /[.,;:!?)\]}»”’]+$/

/** Text with its http and https addresses as links; every other scheme stays text. */
export function LinkedText({ text }: { text: string }) {
  const parts = []
  let end = 0
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TAIL, '')
    if (!URL.canParse(address)) continue
    parts.push(text.slice(end, match.index), <a key={match.index} href={address} target="_blank" rel="noopener noreferrer nofollow">{address}</a>)
    end = match.index + address.length
  }
  return <>{[...parts, text.slice(end)].map((part, index) => <Fragment key={index}>{part}</Fragment>)}</>
}
