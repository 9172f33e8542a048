import { useEffect, useRef, useState } from 'react'
import { useWords } from '../words/words'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { receive, save, type Received } from '../live/transfer'

/** Downloads a file that is made while it comes: how much is there, what went wrong, and a way to stop it. */
export function useDownload(close: () => void) {
  const { t } = useWords()
  const live = useLive()
  const [received, setReceived] = useState<Received>()
  const [error, setError] = useState('')
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])

  const start = async (path: string, order: object | undefined, name: string, ending: string) => {
    stop.current = new AbortController()
    setError('')
    setReceived({ bytes: 0, lines: 0 })
    try {
      const file = await receive(live.token, path, order, setReceived, stop.current.signal)
      save(file, `${name.replace(/[^\p{L}\p{N}]+/gu, '-')}-${new Date().toISOString().slice(0, 10)}.${ending}`)
      close()
    } catch (problem) {
      if (!(problem instanceof DOMException)) setError(problem instanceof RestError && problem.status === 403 ? t('export.forbidden') : t('export.failed'))
    } finally {
      setReceived(undefined)
    }
  }
  const cancel = () => {
    stop.current?.abort()
    close()
  }
  return { received, error, start, cancel }
}
