import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { LinkPreviews } from '../live/api-types'
import { useLive } from '../live/context'
import { useWords } from '../words/words'
import css from './link-cards.module.css'

/** So long an application that wants no previews is not asked again. */
const OFF = ['links', 'off']
const PAUSE = 300_000

/** What the pages say of themselves that the links of a message lead to, the host first: that a page can't make up. */
export default function LinkCards({ conversation, message, text }: { conversation: number; message: number; text: string }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['links', message, text],
    queryFn: async ({ signal }) => {
      const off = queries.getQueryState(OFF)
      if (off && Date.now() - off.dataUpdatedAt < PAUSE) return null
      const found = await live.rest<LinkPreviews>('GET', `conversations/${conversation}/messages/${message}/links`, undefined, signal)
      if (!found.on) queries.setQueryData(OFF, true)
      return found
    },
    staleTime: PAUSE, retry: false,
  })
  if (!data?.links.length) return null
  return (
    <ul className={css.cards} aria-label={t('message.links')}>
      {data.links.map(({ address, host, title, text: words, picture }) => (
        <li key={address}>
          <a className={css.card} href={address} target="_blank" rel="noopener noreferrer nofollow ugc">
            {picture && <img className={css.picture} src={picture} alt="" />}
            <span className={css.words}>
              <span className={css.host}>{host}</span>
              {title && <strong className={css.title} dir="auto">{title}</strong>}
              {words && <span className={css.text} dir="auto">{words}</span>}
            </span>
          </a>
        </li>
      ))}
    </ul>
  )
}
