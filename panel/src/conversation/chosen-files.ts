import { newId } from '@shared/ids'
import { useCallback, useRef, useState } from 'react'
import { CommandError } from '../live/connection'
import { useFact, useLive } from '../live/context'
import type { OutgoingFile } from '../live/state'
import { upload } from '../live/uploads'

/** A file that was chosen and not yet sent: uploaded at once, so that sending is quick. */
export type Chosen = OutgoingFile & { key: string; share: number; problem?: 'large' | 'type' | 'other' }

/** Types that a browser doesn't name are bytes. */
const UNNAMED = 'application/octet-stream'

/** A message takes this many; the server refuses more. */
export const MOST_FILES = 10

export function useChosenFiles() {
  const live = useLive()
  const limits = useFact((state) => state.session?.application.attachments)
  const [files, setFiles] = useState<readonly Chosen[]>([])
  const running = useRef(new Map<string, AbortController>())

  const edit = (key: string, part: Partial<Chosen>) => setFiles((now) => now.map((file) => (file.key === key ? { ...file, ...part } : file)))

  const begin = (file: Chosen) => {
    const control = new AbortController()
    running.current.set(file.key, control)
    upload(live.link, file, (share) => edit(file.key, { share }), control.signal)
      .then(({ id }) => edit(file.key, { id, share: 1 }))
      .catch((error) => {
        // Without a link the outbox uploads it later; only a refusal is a problem.
        if (error instanceof CommandError && !error.wire.retryable) edit(file.key, { problem: problemOf(error.wire.code) })
      })
      .finally(() => running.current.delete(file.key))
  }

  const add = (list: Iterable<File>) => {
    const added = [...list].slice(0, MOST_FILES - files.length).map((blob): Chosen => {
      const type = blob.type || UNNAMED
      const file = { key: newId(), name: blob.name || 'image.png', type, size: blob.size, blob, share: 0 }
      return limits && blob.size > limits.max_size ? { ...file, problem: 'large' } : file
    })
    setFiles((now) => [...now, ...added])
    added.filter((file) => !file.problem).forEach(begin)
  }

  const remove = (key: string) => {
    running.current.get(key)?.abort()
    setFiles((now) => now.filter((file) => file.key !== key))
  }

  /** Hands over what is to be sent. Unfinished uploads stop here and are begun anew by the outbox, which outlives this page. */
  const take = useCallback((): OutgoingFile[] => {
    for (const control of running.current.values()) control.abort()
    setFiles([])
    return files.filter((file) => !file.problem).map(({ name, type, size, blob, id }) => ({ name, type, size, blob, id }))
  }, [files])

  return { files, add, remove, take, limits }
}

const problemOf = (code: string): Chosen['problem'] =>
  code === 'attachment_too_large' ? 'large' : code === 'attachment_type_refused' ? 'type' : 'other'
