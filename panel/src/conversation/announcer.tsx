import type { Message } from '@shared/types'
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../words/words'
import css from './conversation.module.css'

/** Milliseconds until words for a screen reader are given to it, and after which they are taken back. */
const HEARD = 300
const FORGOTTEN = 3_000

/** What a screen reader is told: which conversation opened and how it stands, what its contact says, that an answer was sent. */
export default function Announcer({ messages, name, me }: { messages: readonly Message[]; name: string; me?: number }) {
  const { t } = useWords()
  const told = useRef<number | null>(null)
  const first = useRef<ReturnType<typeof setTimeout>>(undefined)
  const last = messages.at(-1)
  const [words, setWords] = useState('')
  useEffect(() => {
    if (last?.position === told.current) return
    const opened = told.current === null
    told.current = last?.position ?? 0
    clearTimeout(first.current)
    const said = last?.kind === 'text' ? t('stream.said', { name: last.author.name, text: last.text || t('notice.file') }) : ''
    // A region that comes with its words is not heard: they come a moment behind it.
    if (opened) first.current = setTimeout(() => setWords(`${t('conversation.label', { name })}. ${said}`), HEARD)
    else if (said && last!.author.kind === 'contact') setWords(said)
    else if (said && last!.author.kind === 'agent' && last!.author.id === me) setWords(t('progress.sent'))
  }, [last, name, me, t])
  // The same words again are news only where they were gone meanwhile.
  useEffect(() => {
    const timer = setTimeout(() => setWords(''), FORGOTTEN)
    return () => clearTimeout(timer)
  }, [words, last])
  return <div className={css.hidden} aria-live="polite">{words}</div>
}
