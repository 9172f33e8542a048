import type { Live } from '../live/live'

type Put = { ok: boolean; attachment?: { id: number; url: string; thumbnail: string | null } }

/** Puts a picture to the server; returns its id, and where it can be seen. Rejects where it is none. */
export async function putPicture(live: Live, file: File): Promise<{ id: number; url: string }> {
  const { id, url } = await live.rest<{ id: number; url: string }>('POST', 'attachments', { name: file.name, size: file.size, type: file.type })
  const answer = (await (await fetch(url, { method: 'PUT', headers: { 'Content-Type': file.type }, body: file })).json()) as Put
  if (!answer.ok || !answer.attachment?.thumbnail) throw new Error('no picture')
  return { id, url: answer.attachment.thumbnail }
}
