import type { Attachment, WireError } from '@shared/types'
import { CommandError, NoAnswer, type Connection } from './connection'

type Answer = { ok: true; attachment: Attachment } | { ok: false; error: WireError }

/** Puts one file to the server. XMLHttpRequest, because fetch can't tell how far an upload is. */
export async function upload(
  connection: Connection,
  file: { name: string; type: string; size: number; blob: Blob },
  progress: (share: number) => void,
  signal?: AbortSignal,
): Promise<Attachment> {
  const { id, url } = await connection.ask('attachment.start', { name: file.name, size: file.size, type: file.type })
  const answer = await send(url, file, progress, signal)
  if (!answer.ok) throw new CommandError(answer.error)
  return { ...answer.attachment, id: answer.attachment?.id ?? id }
}

function send(url: string, file: { type: string; blob: Blob }, progress: (share: number) => void, signal?: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', url)
    request.setRequestHeader('Content-Type', file.type)
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0)
    request.onload = () => (request.response ? resolve(request.response as Answer) : reject(new NoAnswer()))
    request.onerror = request.ontimeout = () => reject(new NoAnswer())
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'))
    signal?.addEventListener('abort', () => request.abort())
    request.send(file.blob)
  })
}
