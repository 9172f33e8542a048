/** A few emoji and nothing else are shown large. */
const ONLY_EMOJI = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\u200D\uFE0F ]{1,9}$/u
const LINK = /\b(?:https?:\/\/|www\.|mailto:|tel:\+?\d)[^\s<>"]+/gi
/** What ends a sentence does not belong to the address before it. */
const TAIL = /[.,;:!?)\]'”’…]+$/

export const isOnlyEmoji = (text: string): boolean => ONLY_EMOJI.test(text)

/** Plain text with its web addresses as links: always text nodes, never markup. */
export function Text({ text }: { text: string }) {
  const parts: preact.ComponentChild[] = []
  let end = 0
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TAIL, '')
    const url = safeUrl(address)
    if (!url) continue
    parts.push(text.slice(end, match.index), <Link url={url} text={address} />)
    end = match.index + address.length
  }
  return <>{[...parts, text.slice(end)]}</>
}

/** A link within the site goes on in this tab, where the chat goes on too. */
const Link = ({ url, text }: { url: URL; text: string }) => (
  <a
    href={url.href}
    target={url.origin === location.origin || !url.host ? undefined : '_blank'}
    rel="noopener noreferrer nofollow ugc"
    class={text.length > 30 ? 'long' : ''}
    onClick={(event) => event.stopPropagation()}
  >
    {text}
  </a>
)

function safeUrl(address: string): URL | null {
  try {
    const url = new URL(/^www\./i.test(address) ? `https://${address}` : address)
    return /^(https?|mailto|tel):$/.test(url.protocol) ? url : null
  } catch {
    return null
  }
}
