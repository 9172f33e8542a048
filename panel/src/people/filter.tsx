import { Button } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'
import { Link } from 'react-router'
import { Builder } from '../segments/builder'
import { edited, isEmpty, newGroup, written, type EditGroup } from '../segments/tree'
import { useWords } from '../words/words'
import type { TableAddress } from './address'
import { useSubject } from './names'
import css from './people.module.css'

const TYPING = 250

/** The same builder as that of segments; the table follows while one writes. */
export function Filter({ here, close }: { here: TableAddress; close: () => void }) {
  const { t } = useWords()
  const subject = useSubject()
  const [group, setGroup] = useState<EditGroup>(() => (here.where ? edited(here.where) : newGroup('all')))
  const apply = useDebouncedCallback((next: EditGroup) => {
    const tree = written(next)
    here.set({ where: isEmpty(tree) ? null : JSON.stringify(tree) }, true)
  }, TYPING)
  const tree = written(group)
  return (
    <section className={css.filter} aria-label={t('people.filter')}>
      <Builder value={group} change={(next) => { setGroup(next); apply(next) }} />
      <div className={css.filterFoot}>
        <Button size="compact-md" variant="default" component={Link} to={`/segments/new?subject=${subject}`} state={{ where: tree }} disabled={isEmpty(tree)} data-disabled={isEmpty(tree) || undefined}>{t('people.saveAsSegment')}</Button>
        <Button size="compact-md" variant="subtle" color="gray" onClick={() => { here.set({ where: null }, true); close() }}>{t('people.filterClear')}</Button>
        <span className={css.grow} />
        <Button size="compact-md" onClick={close}>{t('people.filterDone')}</Button>
      </div>
    </section>
  )
}
