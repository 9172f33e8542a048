import { useEffect, useId, useMemo, useState, type RefObject } from 'react'
import { useFact } from '../live/context'
import { Face } from '../parts/face'
import { useWords } from '../words/words'
import css from './mention-list.module.css'
import { fold } from '../parts/fold'

type Props = { field: RefObject<HTMLTextAreaElement | null>; start: string; choose: (name: string) => void; close: () => void }

const MOST = 8
/** The agents whose name begins like what is typed. The keys stay in the text: arrows choose, Enter and Tab take, Escape closes. */
export default function MentionList({ field, start, choose, close }: Props) {
  const { t } = useWords()
  const agents = useFact((state) => state.agents)
  const me = useFact((state) => state.session?.agent.id)
  const list = useId()
  const [at, setAt] = useState(0)
  const found = useMemo(() => {
    const typed = fold(start)
    const fits = ({ name }: { name: string }) => fold(name).startsWith(typed) || fold(name).split(' ').some((word) => word.startsWith(typed))
    return agents.filter((agent) => agent.id !== me && fits(agent)).slice(0, MOST)
  }, [agents, me, start])
  const current = Math.min(at, found.length - 1)

  useEffect(() => setAt(0), [start])
  useEffect(() => {
    const box = field.current
    if (!box || !found.length) return
    const press = (event: KeyboardEvent) => {
      if (event.isComposing) return
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (step) setAt((current + step + found.length) % found.length)
      else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') choose(found[current]!.name)
      else if (event.key === 'Escape') close()
      else return
      // Before the composer hears it, to which Enter means to send.
      event.preventDefault()
      event.stopPropagation()
    }
    box.addEventListener('keydown', press)
    return () => box.removeEventListener('keydown', press)
  }, [field, found, current, choose, close])
  useEffect(() => {
    const box = field.current
    if (!box || !found.length) return
    const told = { 'aria-autocomplete': 'list', 'aria-controls': list, 'aria-activedescendant': `${list}-${found[current]!.id}` }
    for (const [name, value] of Object.entries(told)) box.setAttribute(name, value)
    return () => Object.keys(told).forEach((name) => box.removeAttribute(name))
  }, [field, found, current, list])

  if (!found.length) return null
  return (
    <div className={css.box}>
      <ul id={list} role="listbox" aria-label={t('mention.label')} className={css.list}>
        {found.map((agent, index) => (
          <li key={agent.id} id={`${list}-${agent.id}`} role="option" aria-selected={index === current} className={css.option}
            // The text keeps the focus.
            onMouseDown={(event) => event.preventDefault()} onMouseMove={() => setAt(index)} onClick={() => choose(agent.name)}>
            <Face id={agent.id} name={agent.name} size="small" online={agent.online} /><span className={css.name}>{agent.name}</span>
          </li>
        ))}
      </ul>
      <span className={css.hidden} role="status">{t('mention.found', { n: found.length })}</span>
    </div>
  )
}
