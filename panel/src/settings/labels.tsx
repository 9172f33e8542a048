import { ActionIcon, Button } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useLive } from '../live/context'
import { Late } from '../parts/late'
import { AskName } from '../people/ask-name'
import fields from '../people/fields.module.css'
import { useLabels, useRefresh } from '../people/names'
import type { Counted } from '../people/types'
import { tellFailed, tellWithUndo } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { MergeLabels } from './merge-labels'
import css from './settings.module.css'
import { Sheet } from './sheet'

export type Kind = 'tags' | 'lists'

/** What people and companies are sorted by: made, renamed, merged and deleted for everybody at once. */
export default function Labels() {
  const { t } = useWords()
  return (
    <Sheet title={t('labels.title')} why={t('labels.why')}>
      <Group kind="tags" />
      <Group kind="lists" />
    </Sheet>
  )
}

function Group({ kind }: { kind: Kind }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const { data: labels, isError, refetch } = useLabels(kind)
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set())
  const [asking, setAsking] = useState<'new' | 'merge' | Counted>()
  const title = t(`labels.${kind}`)
  const chosen = labels?.filter(({ id, merging }) => picked.has(id) && !merging) ?? []
  const does = (method: string, path: string, body?: object) => live.rest(method, path, body).then(() => refresh('names', 'contacts', 'profile', 'views'))
  const failed = (error: unknown) => tellFailed(t, refusal(error, t))
  const close = () => setAsking(undefined)

  const remove = (label: Counted) => does('DELETE', `${kind}/${label.id}`).then(() => {
    const used = label.segments?.length ?? 0
    tellWithUndo(t, used ? t('labels.deletedUsed', { name: label.name, n: used }) : t('labels.deleted', { name: label.name }), () => does('POST', `${kind}/${label.id}/restore`))
  }, failed)
  const pick = (id: number) => setPicked((before) => {
    const next = new Set(before)
    if (!next.delete(id)) next.add(id)
    return next
  })
  const renaming = typeof asking === 'object' ? asking : undefined
  return (
    <section className={css.group} aria-label={title}>
      <div className={css.groupHead}>
        <h3 className={css.groupName}>{title}</h3>
        {chosen.length > 0 && <Button size="compact-md" variant="subtle" color="gray" onClick={() => setPicked(new Set())}>{t('labels.unpick')}</Button>}
        {chosen.length > 1 && <Button size="compact-md" variant="light" onClick={() => setAsking('merge')}>{t('labels.merge', { n: chosen.length })}</Button>}
        <Button size="compact-md" variant="default" leftSection={<IconPlus size={16} />} onClick={() => setAsking('new')}>{t(kind === 'tags' ? 'labels.newTag' : 'labels.newList')}</Button>
      </div>
      {isError && !labels && <div role="alert"><p>{t('labels.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!labels && !isError && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {labels?.length === 0 && <p className={css.note}>{t(kind === 'tags' ? 'labels.noTags' : 'labels.noLists')}</p>}
      {labels && labels.length > 0 && (
        <ul className={css.rows} aria-label={title}>
          {labels.map((label) => (
            <li key={label.id} className={css.row}>
              <input type="checkbox" className={fields.check} checked={picked.has(label.id)} disabled={Boolean(label.merging)} onChange={() => pick(label.id)} aria-label={t('labels.pick', { name: label.name })} />
              <span className={css.lines}><strong>{label.name}</strong><Counts label={label} kind={kind} into={labels.find(({ id }) => id === label.merging)?.name} /></span>
              <ActionIcon disabled={Boolean(label.merging)} onClick={() => setAsking(label)} aria-label={t('labels.rename', { name: label.name })} title={t('labels.rename', { name: label.name })}><IconPencil size={16} /></ActionIcon>
              <ActionIcon disabled={Boolean(label.merging)} onClick={() => void remove(label)} aria-label={t('labels.delete', { name: label.name })} title={t('labels.delete', { name: label.name })}><IconTrash size={16} /></ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <AskName opened={asking === 'new'} close={close} title={t(kind === 'tags' ? 'labels.newTag' : 'labels.newList')} label={t('labels.name')}
        save={(name) => does('POST', kind, { name }).catch(failed)} />
      <AskName key={renaming?.id} opened={renaming !== undefined} close={close} title={renaming && t('labels.rename', { name: renaming.name })} label={t('labels.name')} first={renaming?.name}
        save={(name) => (renaming ? does('PATCH', `${kind}/${renaming.id}`, { name }).catch(failed) : Promise.resolve())} />
      {asking === 'merge' && chosen.length > 1 && <MergeLabels kind={kind} labels={chosen} close={() => { close(); setPicked(new Set()) }} />}
    </section>
  )
}

function Counts({ label, kind, into }: { label: Counted; kind: Kind; into: string | undefined }) {
  const { t, locale } = useWords()
  const number = new Intl.NumberFormat(locale)
  const { count, companies = 0, segments = [] } = label
  if (label.merging) return <span className={css.more} role="status">{t('labels.merging', { name: into ?? '' })}</span>
  return (
    <span className={css.more}>
      {[
        t('labels.people', { n: count, shown: number.format(count) }),
        ...(kind === 'tags' && companies ? [t('labels.companies', { n: companies, shown: number.format(companies) })] : []),
        ...(segments.length ? [t('labels.segments', { n: segments.length })] : []),
      ].join(' · ')}
    </span>
  )
}
