import { ActionIcon, Button } from '@mantine/core'
import { IconPencil, IconPin, IconPinnedOff, IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useFact, useLive } from '../live/context'
import { Ago } from '../parts/ago'
import fields from '../people/fields.module.css'
import { useRefresh } from '../people/names'
import profile from '../people/profile.module.css'
import { tellFailed } from '../people/undo'
import { Section } from '../person/person'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './deals.module.css'
import type { CrmNote } from './types'

const PAGE = 50
const LONGEST = 16_384

type Props = { subject: 'deal' | 'contact'; of: number; conversation?: number }

/** What agents write down about a deal or a person for each other: pinned notes first, then the newest. */
export function Notes({ subject, of, conversation }: Props) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const online = useFact((state) => state.phase === 'online')
  const query = useInfiniteQuery({
    queryKey: ['notes', subject, of],
    queryFn: ({ pageParam }) => live.rest<{ notes: CrmNote[]; cursor: string | null }>('GET', `notes?subject=${subject}&of=${of}&limit=${PAGE}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: online,
    staleTime: 5_000,
  })
  const notes = query.data?.pages.flatMap((page) => page.notes) ?? []
  const does = (method: string, path: string, body?: object) => live.rest(method, path, body).then(() => refresh('notes'))
  const failed = (error: unknown) => tellFailed(t, refusal(error, t))
  return (
    <Section title={t('notes.title')}>
      <Write label={t('notes.write')} save={(text) => does('POST', 'notes', { subject, of, text, ...(conversation ? { conversation } : {}) })} />
      {query.isError && !query.data && <p className={profile.none} role="alert">{t('notes.failed')}</p>}
      {notes.length > 0 && (
        <ul className={css.items} aria-label={t('notes.title')}>
          {notes.map((note) => <Note key={note.id} note={note} change={(said) => does('PATCH', `notes/${note.id}`, said)} remove={() => void does('DELETE', `notes/${note.id}`).catch(failed)} />)}
        </ul>
      )}
      {query.hasNextPage && <button type="button" className={profile.more} disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('list.more')}</button>}
    </Section>
  )
}

function Note({ note, change, remove }: { note: CrmNote; change: (said: object) => Promise<unknown>; remove: () => void }) {
  const { t } = useWords()
  const [editing, setEditing] = useState(false)
  const pin = t(note.pinned ? 'notes.unpin' : 'notes.pin')
  if (editing) return <li className={css.item}><Write label={t('notes.edit')} first={note.text} close={() => setEditing(false)} save={(text) => change({ text })} /></li>
  return (
    <li className={css.item}>
      <span className={css.lines}>
        <span className={css.note}>{note.text}</span>
        <span className={css.more}>{note.author.name} · <Ago at={note.created} long />{note.pinned && ` · ${t('notes.pinned')}`}</span>
      </span>
      <ActionIcon size={28} onClick={() => void change({ pinned: !note.pinned })} aria-label={pin} title={pin}>{note.pinned ? <IconPinnedOff size={14} /> : <IconPin size={14} />}</ActionIcon>
      <ActionIcon size={28} onClick={() => setEditing(true)} aria-label={t('notes.edit')} title={t('notes.edit')}><IconPencil size={14} /></ActionIcon>
      <ActionIcon size={28} onClick={remove} aria-label={t('notes.delete')} title={t('notes.delete')}><IconTrash size={14} /></ActionIcon>
    </li>
  )
}

function Write({ label, first = '', save, close }: { label: string; first?: string; save: (text: string) => Promise<unknown>; close?: () => void }) {
  const { t } = useWords()
  const [text, setText] = useState(first)
  const [refused, setRefused] = useState('')
  const done = () => {
    setText(first)
    setRefused('')
    close?.()
  }
  const send = () => { if (text.trim()) void save(text.trim()).then(done, (error: unknown) => setRefused(refusal(error, t))) }
  return (
    <form className={css.lines} onSubmit={(event) => { event.preventDefault(); send() }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send()
        else if (event.key === 'Escape' && close) { event.stopPropagation(); close() }
      }}>
      <textarea className={fields.field} rows={2} maxLength={LONGEST} aria-label={label} placeholder={label} value={text} onChange={(event) => setText(event.currentTarget.value)} autoFocus={close !== undefined} />
      {refused && <p className={css.error} role="alert">{refused}</p>}
      {(text.trim() !== first || close) && (
        <span className={css.wrap} style={{ paddingBlockStart: 'var(--sb-space-2)' }}>
          <Button type="submit" size="compact-md" disabled={!text.trim()}>{t('save')}</Button>
          <Button size="compact-md" variant="subtle" color="gray" onClick={done}>{t('cancel')}</Button>
        </span>
      )}
    </form>
  )
}
