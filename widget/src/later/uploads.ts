import { newId } from '../../shared/ids'
import type { Ack, Attachment, AttachmentLimits, WireError } from '../../shared/types'
import type { Socket } from '../socket'

export type Upload = {
  key: string
  name: string
  size: number
  /** Of an image, while it is only here. */
  preview?: string
  /** 0 to 1. */
  progress: number
  attachment?: Attachment
  error?: string
  file?: File
  request?: XMLHttpRequest
}

export type Uploads = ReturnType<typeof createUploads>

/** The server takes so many files with one message. */
const MOST = 10

/** Files on their way: checked, sent with progress, and kept until they go out with a message. */
export function createUploads(base: string, socket: () => Socket, redraw: () => void) {
  let uploads: Upload[] = []
  let awaited = false

  const coming = (): boolean => uploads.some(({ attachment, error }) => !attachment && !error)

  function changed(): void {
    awaited &&= coming()
    redraw()
  }

  function add(file: File, limits: AttachmentLimits | undefined): void {
    if (uploads.length >= MOST) return
    const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined
    const upload: Upload = { key: newId(), name: file.name, size: file.size, preview, progress: 0, file }
    uploads.push(upload)
    if (limits && file.size > limits.max_size) upload.error = 'attachment_too_large'
    else void start(upload)
    changed()
  }

  async function start(upload: Upload): Promise<void> {
    const { name, size, type } = upload.file!
    upload.error = undefined
    upload.progress = 0
    changed()
    try {
      const { url } = await socket().send('attachment.start', { name, size, type: type || 'application/octet-stream' })
      if (uploads.includes(upload)) upload.attachment = await put(upload, new URL(url, base).href)
      upload.file = undefined
    } catch (error) {
      upload.error = (error as WireError).code
    }
    changed()
  }

  /** XMLHttpRequest because fetch tells nothing about the progress of what it sends. */
  const put = (upload: Upload, url: string): Promise<Attachment> =>
    new Promise((resolve, reject) => {
      const request = (upload.request = new XMLHttpRequest())
      request.open('PUT', url)
      request.responseType = 'json'
      request.setRequestHeader('Content-Type', upload.file!.type || 'application/octet-stream')
      request.upload.onprogress = ({ loaded, total }) => {
        upload.progress = loaded / total || 0 // Some browsers know no total at first.
        changed()
      }
      request.onload = () => {
        const answer = request.response as Ack<{ attachment: Attachment }> | null
        if (answer?.ok) resolve(answer.attachment)
        else reject(answer?.error ?? { code: 'unavailable' })
      }
      request.onerror = () => reject({ code: 'unavailable' })
      request.send(upload.file)
    })

  function forget(gone: Upload[]): void {
    for (const upload of gone) {
      upload.request?.abort()
      if (upload.preview) URL.revokeObjectURL(upload.preview)
    }
    uploads = uploads.filter((upload) => !gone.includes(upload))
    changed()
  }

  return {
    all: () => uploads,
    add,
    retry: (upload: Upload) => void start(upload),
    remove: (upload: Upload) => forget([upload]),
    /** What the connection broke goes on with the connection. */
    resume() {
      for (const upload of uploads) if (upload.error === 'unavailable') void start(upload)
    },
    restore(attachments: Attachment[]) {
      uploads = attachments.map((attachment) => ({
        key: String(attachment.id), name: attachment.name, size: attachment.size, progress: 1, attachment,
      }))
    },
    finished: (): Attachment[] => uploads.flatMap((upload) => upload.attachment ?? []),
    take(): Attachment[] {
      const taken = uploads.flatMap((upload) => upload.attachment ?? [])
      forget(uploads)
      return taken
    },
    /** Somebody wants to send already: say what is missing. Sent later by itself, it might go with half a sentence. */
    hurry() {
      awaited = true
      changed()
    },
    isAwaited: () => awaited,
    /** Whether something is still on its way or was refused. */
    unfinished: () => uploads.some((upload) => !upload.attachment),
  }
}
