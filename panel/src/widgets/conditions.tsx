import { useEffect, useRef, useState } from 'react'
import type { WidgetRules } from '../live/api-types'
import { Builder } from '../segments/builder'
import { edited, isEmpty, newGroup, unfinished, written } from '../segments/tree'
import page from '../settings/settings.module.css'
import { useWords } from '../words/words'

type Where = WidgetRules['where']
type Props = { where: Where; change: (where: Where) => void }

/** Conditions on a contact are always shown as a group, as the server writes them. */
const shown = (where: Where) => {
  const tree = where as Parameters<typeof edited>[0] | { type: string } | null
  if (!tree) return newGroup('all')
  return edited(('type' in tree ? { all: [tree] } : tree) as Parameters<typeof edited>[0])
}

/** Who sees a widget, by the conditions that segments are made of. What is not finished yet is not written. */
export default function Conditions({ where, change }: Props) {
  const { t } = useWords()
  const [group, setGroup] = useState(() => shown(where))
  const wrote = useRef(JSON.stringify(where))
  // Taken back, or brought back from before: it is not what was written here last.
  useEffect(() => {
    const now = JSON.stringify(where)
    if (now === wrote.current) return
    wrote.current = now
    setGroup(shown(where))
  }, [where])
  return (
    <>
      <p className={page.more}>{t('looks.ownWhy')}</p>
      <Builder value={group} change={(next) => {
        setGroup(next)
        if (unfinished(next)) return
        const tree = written(next)
        const kept = isEmpty(tree) ? null : (tree as Where)
        wrote.current = JSON.stringify(kept)
        change(kept)
      }} />
      {unfinished(group) && <p className={page.more} role="status">{t('looks.unfinished')}</p>}
    </>
  )
}
