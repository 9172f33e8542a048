import { RestError } from './rest'

type Sent = { progress?: (share: number) => void; signal?: AbortSignal; method?: 'POST' | 'PUT' }

/** Puts a whole file to our own API. XMLHttpRequest, because fetch can't tell how far an upload is. Raises RestError. */
export function send<Answer>(token: string, path: string, file: Blob, { progress, signal, method = 'POST' }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(method, `/api/app/${path}`)
    request.setRequestHeader('Authorization', `Bearer ${token}`)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.responseType = 'json'
    if (progress) request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0)
    request.onload = () => {
      const { status, response } = request
      if (status >= 200 && status < 300 && response) resolve(response as Answer)
      else reject(new RestError(status, response?.code ?? 'internal', response?.detail || response?.title || String(status), response?.details))
    }
    request.onerror = request.ontimeout = () => reject(new RestError(0, 'unreachable', ''))
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'))
    signal?.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

/** How far a download is: bytes, and lines where the file is text. */
export type Received = { bytes: number; lines: number }

const NEW_LINE = 10

/** Fetches a file that is made while it is sent. There is no cookie, so a plain link can't do it. Raises RestError. */
export async function receive(token: string, path: string, body: object | undefined, tell: (received: Received) => void, signal?: AbortSignal): Promise<Blob> {
  const broken = (error: unknown): never => {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : new RestError(0, 'unreachable', '')
  }
  const response = await fetch(`/api/app/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
    body: body && JSON.stringify(body),
    signal,
  }).catch(broken)
  if (!response.ok || !response.body) {
    const answer = await response.json().catch(() => ({}))
    throw new RestError(response.status, answer.code ?? 'internal', answer.detail || answer.title || String(response.status))
  }
  const parts: Blob[] = []
  const received = { bytes: 0, lines: 0 }
  const reader = response.body.getReader()
  for (;;) {
    const { value, done } = await reader.read().catch(broken)
    if (done) break
    // As blobs the browser may keep them on its disk.
    parts.push(new Blob([value]))
    received.bytes += value.length
    for (const byte of value) if (byte === NEW_LINE) received.lines++
    tell({ ...received })
  }
  return new Blob(parts, { type: response.headers.get('Content-Type') ?? '' })
}

/** Hands a file to the person: it goes where their browser puts downloads. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
