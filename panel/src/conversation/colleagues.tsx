import { IconEye } from '@tabler/icons-react'
import type { Events } from '@shared/types'
import { useEffect, useState } from 'react'
import { useFact, useLive } from '../live/context'
import { Face } from '../parts/face'
import { useWords } from '../words/words'
import css from './message-acts.module.css'

/** Whoever looks says so again and again; who has not for a while looked away without a word. */
const AGAIN = 20_000
const GONE = 45_000

type Seen = { id: number; name: string; until: number }

/** Colleagues who look at the same conversation or write in it, so that nobody is answered twice. */
export default function Colleagues({ conversation }: { conversation: number }) {
  const { t } = useWords()
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const typing = useFact((state) => state.typing[conversation])
  const [seen, setSeen] = useState<readonly Seen[]>([])
  useEffect(() => {
    if (!online) return
    const me = live.store.get().session?.agent.id
    const known = new Set<number>()
    const say = (on: boolean) => live.link.tell('conversation.look', { conversation, on })
    const hear = ({ conversation: where, by, on }: Events['looking']) => {
      if (where !== conversation || by.id === me) return
      // Whoever has just come does not know who was here before.
      if (on && !known.has(by.id)) say(true)
      if (on) known.add(by.id)
      else known.delete(by.id)
      setSeen((now) => [...now.filter(({ id }) => id !== by.id), ...(on ? [{ id: by.id, name: by.name, until: Date.now() + GONE }] : [])])
    }
    const leave = () => say(false)
    say(true)
    addEventListener('pagehide', leave)
    const deaf = live.hear({ looking: hear })
    const again = setInterval(() => {
      if (document.visibilityState === 'visible') say(true)
      setSeen((now) => now.filter(({ until }) => until > Date.now()))
    }, AGAIN)
    return () => {
      deaf()
      removeEventListener('pagehide', leave)
      clearInterval(again)
      setSeen([])
      leave()
    }
  }, [live, conversation, online])
  const writes = typing?.kind === 'agent' ? typing : undefined
  const shown = [...(writes ? [{ ...writes, writes: true }] : []), ...seen.filter(({ id }) => id !== writes?.id).map((one) => ({ ...one, writes: false }))]
  if (!shown.length) return null
  return (
    <div className={css.bar} role="status">
      {shown.map(({ id, name, writes: answers }) => (
        <span key={id} className={css.colleague}><Face id={id} name={name} size="small" />{t(answers ? 'look.answers' : 'look.one', { name })}{!answers && <IconEye size={14} aria-hidden="true" />}</span>
      ))}
    </div>
  )
}
