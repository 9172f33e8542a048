import { useFact } from '../live/context'
import css from './conversation.module.css'
import { LinkedText } from './linked-text'
import { mentionsIn } from './mentions'

/** A note with the names of those whom it mentions marked, one's own more than others. */
export function NoteText({ text, mentions }: { text: string; mentions?: readonly number[] }) {
  const agents = useFact((state) => state.agents)
  const me = useFact((state) => state.session?.agent.id)
  const named = agents.filter(({ id }) => mentions?.includes(id))
  if (!named.length) return <LinkedText text={text} />
  const plain = (part: string) => {
    const shown = []
    let end = 0
    for (const { at, name, ids } of mentionsIn(part, named)) {
      shown.push(part.slice(end, at), <span key={at} className={css.mention} data-me={(me !== undefined && ids.includes(me)) || undefined}>@{name}</span>)
      end = at + 1 + name.length
    }
    return [...shown, part.slice(end)]
  }
  return <LinkedText text={text} plain={plain} />
}
