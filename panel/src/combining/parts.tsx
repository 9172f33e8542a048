import type { Conversation, Message } from '@shared/types'
import { useQueries } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Part } from '../conversation/lines'
import { useFact, useLive } from '../live/context'
import type { Live } from '../live/live'

const PAGE = 100
/** Of each part so many of the newest messages are read with the whole. */
const MOST = 1000

type Props = { merged: NonNullable<Conversation['merged']>; give: (parts: readonly Part[]) => void }

/** Reads the conversations that became parts of this one. They grow no more, but what stands there may be changed. */
export default function Parts({ merged, give }: Props) {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const known = useFact((state) => state.conversations)
  const found = useQueries({
    queries: merged.map(({ conversation, position }) => {
      const end = Math.max(position, known[conversation]?.position ?? 0)
      return { queryKey: ['part', conversation, end], queryFn: () => read(live, conversation, end), enabled: online, staleTime: Infinity, placeholderData: (before: Part | undefined) => before }
    }),
  })
  const sign = found.map(({ dataUpdatedAt, isPlaceholderData }) => `${dataUpdatedAt}${isPlaceholderData}`).join()
  useEffect(() => give(found.flatMap(({ data }) => data ?? [])), [sign, give])
  return null
}

async function read(live: Live, conversation: number, end: number): Promise<Part> {
  const messages: Message[] = []
  let notes: Part['notes'] = []
  for (let after = Math.max(0, end - MOST); after < end; ) {
    const page = await live.link.ask('conversation.open', { conversation, after, limit: PAGE })
    notes = page.notes ?? []
    messages.push(...page.messages)
    if (!page.messages.length) break
    after = page.messages.at(-1)!.position
  }
  return { messages, notes }
}
