import type { ErrorDetails } from '@shared/types'

/** An answer that is no success; without a network the status is 0. */
export class RestError extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly details: ErrorDetails = {}) {
    super(message)
  }
}

/** Asks our own API. Raises RestError with the server's sentence. */
export async function rest<Answer>(token: string, method: string, path: string, body?: object, signal?: AbortSignal): Promise<Answer> {
  const response = await fetch(`/api/app/${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
    body: body && JSON.stringify(body),
    signal,
  }).catch((error: unknown) => {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : new RestError(0, 'unreachable', '')
  })
  if (response.status === 204) return undefined as Answer
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer as Answer
  throw new RestError(response.status, answer.code ?? 'internal', answer.detail || answer.title || String(response.status), answer.details)
}
