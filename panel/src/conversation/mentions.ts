import type { AgentFace } from '@shared/types'

/** Where `@Ada` stands in a text: the longest name first, so that @Ada Nowak is not Ada. */
export function mentionsIn(text: string, agents: readonly Pick<AgentFace, 'id' | 'name'>[]): { at: number; name: string; ids: number[] }[] {
  const names = [...new Set(agents.map(({ name }) => name).filter(Boolean))].sort((a, b) => b.length - a.length)
  const found = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]!)) continue // an address
    const name = names.find((one) => text.startsWith(one, at + 1) && !/[\p{L}\p{N}]/u.test(text[at + 1 + one.length] ?? ''))
    if (name) found.push({ at, name, ids: agents.filter((agent) => agent.name === name).map(({ id }) => id) })
  }
  return found
}

const MOST_NAMED = 20

/** The agents whom a note names, each once; the server takes so many. */
export const namedIn = (text: string, agents: readonly AgentFace[]): number[] =>
  [...new Set(mentionsIn(text, agents).flatMap(({ ids }) => ids))].slice(0, MOST_NAMED)

/** What is typed behind a slash that begins a word, for canned answers, and where the slash stands. */
export function typedAnswer(text: string, caret: number): { at: number; start: string } | undefined {
  const match = /(?:^|\s)\/([^\s/]{0,32})$/.exec(text.slice(0, caret))
  return match ? { at: caret - match[1]!.length - 1, start: match[1]! } : undefined
}

/** Names in braces that nothing was known for. */
export const blanksIn = (text: string): string[] => [...text.matchAll(/\{\{ *([^{}]{1,80}?) *\}\}/g)].map((found) => found[1]!)

/** The beginning of a name that is being typed before the caret, and where its @ stands. */
export function typedName(text: string, caret: number): { at: number; start: string } | undefined {
  const match = /(?:^|[^\p{L}\p{N}])@([\p{L}\p{N}][^@\n]{0,30}|)$/u.exec(text.slice(0, caret))
  return match ? { at: caret - match[1]!.length - 1, start: match[1]! } : undefined
}
