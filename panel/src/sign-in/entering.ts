import { RestError } from '../live/rest'
import { answerWithPasskey } from './passkey'
import type { SignedIn } from './sign-in'

export type Choice = { id: number; name: string }
export type Way = 'totp' | 'recovery' | 'passkey'
/** What the server answers to whoever proves who they are. */
export type Answer = { signedIn: SignedIn } | { choose: Choice[]; again?: (application: number) => Promise<Answer> } | { step: string; ways: Way[] }

/** Asks the server as somebody without a token. Raises RestError. */
export async function ask<Result>(path: string, body: object): Promise<Result> {
  const response = await fetch(`/api/app/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }).catch(() => {
    throw new RestError(0, 'unreachable', '')
  })
  if (response.status === 204) return undefined as Result
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer as Result
  throw new RestError(response.status, answer.code ?? (response.status >= 502 ? 'unreachable' : 'internal'), answer.detail || answer.title || String(response.status), answer.details)
}

/** Lets the browser prove with a passkey who sits before it. Raises RestError, and DOMException where the person doesn't want to. */
export async function enterWithPasskey(step?: string): Promise<Answer> {
  const { origin } = location
  const { state, options } = await ask<{ state: string; options: Record<string, unknown> }>('sign-in/passkey/begin', { origin })
  const body = { state, origin, credential: await answerWithPasskey(options), ...(step ? { step } : {}) }
  const answer = await enter('sign-in/passkey', body)
  return 'choose' in answer ? { ...answer, again: (application) => enter('sign-in/passkey', { ...body, application }) } : answer
}

/** The same, where the answer lets somebody in or says what is still missing. */
export async function enter(path: string, body: object): Promise<Answer> {
  const answer = await ask<SignedIn & { applications?: Choice[]; step?: string; ways?: Way[] }>(path, body)
  if (answer.applications) return { choose: answer.applications }
  return answer.step ? { step: answer.step, ways: answer.ways ?? [] } : { signedIn: answer }
}
