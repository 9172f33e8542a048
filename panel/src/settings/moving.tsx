import { ActionIcon } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { movesOf } from '../deals/moves'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './settings.module.css'

type Kind = 'pipeline' | 'stage'
type Way = 'up' | 'down'

/**
 * Puts things in order: shown at once, then one call after the other, told to screen readers, and the focus goes with
 * what is moved.
 */
export function useMoving(queryKey: string[]) {
  const { t } = useWords()
  const queries = useQueryClient()
  const box = useRef<HTMLDivElement>(null)
  const wanted = useRef<{ selector: string; way: Way } | null>(null)
  const [said, setSaid] = useState('')
  const moves = useMutation({
    ...movesOf(queryKey), scope: { id: queryKey.join() }, networkMode: 'always', mutationFn: (call: () => Promise<unknown>) => call(),
    onError: (error) => tellFailed(t, refusal(error, t)),
    onSettled: () => { if (queries.isMutating(movesOf(queryKey)) === 1) void queries.invalidateQueries({ queryKey }) },
  })
  useEffect(() => {
    // A row that moves in the page loses the focus.
    if (!wanted.current) return
    const { selector, way } = wanted.current
    const find = (to: Way) => box.current?.querySelector<HTMLElement>(`[data-mover="${selector} ${to}"]:not(:disabled)`)
    wanted.current = null
    const button = find(way) ?? find(way === 'up' ? 'down' : 'up')
    button?.focus()
  })
  const move = <Known,>(change: (known: Known) => Known, call: () => Promise<unknown>, words: string, kind: Kind, id: number) => {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.mover
    wanted.current = { selector: `${kind} ${id}`, way: focused?.endsWith('up') ? 'up' : 'down' }
    void queries.cancelQueries({ queryKey })
    queries.setQueryData<Known>(queryKey, (known) => known && change(known))
    setSaid(words)
    moves.mutate(call)
  }
  return { box, move, said }
}

type Props = { kind: Kind; id: number; name: string; place: number; of: number; move: (to: number) => void }

/** One place up or down, by buttons or by the arrow keys on them. */
export function Movers({ kind, id, name, place, of, move }: Props) {
  const { t } = useWords()
  const go = (to: number) => { if (to >= 0 && to < of) move(to) }
  return (
    <span className={css.movers} onKeyDown={(event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
      if (!step) return
      event.preventDefault()
      go(place + step)
    }}>
      <ActionIcon className={css.mover} data-mover={`${kind} ${id} up`} disabled={place === 0} onClick={() => go(place - 1)} aria-label={t('pipelines.up', { name })} title={t('pipelines.up', { name })}><IconChevronUp size={16} /></ActionIcon>
      <ActionIcon className={css.mover} data-mover={`${kind} ${id} down`} disabled={place === of - 1} onClick={() => go(place + 1)} aria-label={t('pipelines.down', { name })} title={t('pipelines.down', { name })}><IconChevronDown size={16} /></ActionIcon>
    </span>
  )
}
