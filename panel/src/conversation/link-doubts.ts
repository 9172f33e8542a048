/** Why a link deserves a second look: a sign-in before the host, letters that look like others, or another host than is written. */
export type Doubt = { kind: 'signIn' | 'lookAlike' | 'elsewhere'; host: string }

const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u, /\p{Script=Cherokee}/u]
/** Letters of other alphabets that nobody can tell from Latin ones; a name of these alone is made to deceive. */
const TWINS = /^[аесорхуіјѕӏһԁԛԝкмтвнгѵοανικρτυχ0-9.-]+$/u
/** What is not seen, or turns the order of what is seen. */
const UNSEEN = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/

/** Returns what is doubtful about a web address as it is written; nothing where it leads to where it says. */
export function doubtOf(address: string): Doubt | undefined {
  const url = URL.parse(address)
  if (!url) return undefined
  const { host } = url
  if (url.username || url.password) return { kind: 'signIn', host }
  const written = (/^[a-z]+:\/\/([^/?#]*)/i.exec(address)?.[1] ?? '').toLowerCase().normalize('NFC')
  if (UNSEEN.test(address)) return { kind: 'elsewhere', host }
  if (/(^|\.)xn--/.test(host)) {
    // As the browser reads it; a name in one alphabet is somebody's own name, and stays without a word.
    const letters = written.replace(/:\d+$/, '')
    const mixed = letters.split('.').some((label) => SCRIPTS.filter((script) => script.test(label)).length > 1)
    return mixed || letters.includes('xn--') || letters.split('.').some((label) => /\P{ASCII}/u.test(label) && TWINS.test(label)) ? { kind: 'lookAlike', host } : undefined
  }
  return written.replace(url.protocol === 'https:' ? /:443$/ : /:80$/, '') === host ? undefined : { kind: 'elsewhere', host }
}
