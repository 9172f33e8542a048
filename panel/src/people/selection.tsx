import { Button, CloseButton, Menu } from '@mantine/core'
import { IconArrowMerge, IconPlaylistAdd, IconPlaylistX, IconTag, IconTagOff } from '@tabler/icons-react'
import { Suspense, useState, type ReactNode } from 'react'
import { useLive } from '../live/context'
import { MenuGroup } from '../parts/menu-group'
import { area, useWords, type Key } from '../words/words'
import { AskName } from './ask-name'
import { useLists, useRefresh, useTags } from './names'
import css from './people.module.css'
import type { Contact } from './types'
import { tellFailed, tellWithUndo } from './undo'

/** Calls under way at once: quick, and no burst that a server has to refuse. */
const AT_ONCE = 6
/** More of them side by side nobody can read. */
const MOST_MERGED = 5

const Merge = area(() => import('../merging/merge'), 'merging')

type Mark = { kind: 'tag' | 'list'; adds: boolean; name: string; id: number }

/** What can be done to the people who are picked. */
export function SelectionBar({ contacts, clear }: { contacts: Contact[]; clear: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const tags = useTags()
  const lists = useLists()
  const [done, setDone] = useState<number | null>(null)
  const [merging, setMerging] = useState(false)
  const busy = done !== null

  const call = ({ kind, name, id }: Mark, contact: number, adds: boolean) => kind === 'tag'
    ? live.rest(adds ? 'POST' : 'DELETE', `contacts/${contact}/tags`, { tag: name })
    : live.rest(adds ? 'PUT' : 'DELETE', `contacts/${contact}/lists/${id}`)

  /** Only those whom it changes: so that taking it back changes the same ones. */
  const concerned = ({ kind, adds, name, id }: Mark) => contacts.filter((one) => (kind === 'tag' ? one.tags.includes(name) : one.lists.includes(id)) !== adds)

  const run = async (mark: Mark) => {
    const waiting = concerned(mark).map(({ id }) => id)
    const changed: number[] = []
    let failed = 0
    setDone(0)
    const work = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        try {
          await call(mark, next, mark.adds)
          changed.push(next)
        } catch {
          failed++
        }
        setDone(changed.length + failed)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    setDone(null)
    const again = () => refresh('contacts', 'names', 'profile')
    again()
    if (failed) tellFailed(t, t('pick.failed', { n: failed }))
    if (!changed.length && !failed) return tellFailed(t, t('pick.nothing'))
    if (!changed.length) return
    const undo = async () => {
      await Promise.all(changed.map((contact) => call(mark, contact, !mark.adds)))
      again()
    }
    tellWithUndo(t, t(`pick.${mark.adds ? 'added' : 'removed'}.${mark.kind}`, { name: mark.name, n: changed.length }), undo)
  }

  const marks = (kind: Mark['kind'], adds: boolean): Mark[] => {
    const all = kind === 'tag' ? tags : lists
    return (all ?? []).map(({ id, name }) => ({ kind, adds, name, id })).filter((mark) => concerned(mark).length > 0)
  }
  return (
    <div className={css.selection} role="toolbar" aria-label={t('pick.label')}>
      <strong aria-live="polite">{busy ? t('pick.busy', { done: done, n: contacts.length }) : t('pick.count', { n: contacts.length })}</strong>
      <MarkMenu icon={<IconTag size={16} />} label="pick.addTag" marks={marks('tag', true)} busy={busy} run={run} make={(name) => run({ kind: 'tag', adds: true, name, id: 0 })} />
      <MarkMenu icon={<IconTagOff size={16} />} label="pick.removeTag" marks={marks('tag', false)} busy={busy} run={run} />
      <MarkMenu icon={<IconPlaylistAdd size={16} />} label="pick.addList" marks={marks('list', true)} busy={busy} run={run} />
      <MarkMenu icon={<IconPlaylistX size={16} />} label="pick.removeList" marks={marks('list', false)} busy={busy} run={run} />
      {contacts.length > 1 && contacts.length <= MOST_MERGED && (
        <Button size="compact-md" variant="default" leftSection={<IconArrowMerge size={16} />} disabled={busy} onClick={() => setMerging(true)} aria-label={t('merge.open')}>
          <span className={css.wideOnly}>{t('merge.open')}</span>
        </Button>
      )}
      {merging && <Suspense><Merge ids={contacts.map(({ id }) => id)} close={() => setMerging(false)} merged={clear} /></Suspense>}
      <span className={css.grow} />
      <CloseButton onClick={clear} aria-label={t('pick.clear')} />
    </div>
  )
}

type MenuProps = { icon: ReactNode; label: Key; marks: Mark[]; busy: boolean; run: (mark: Mark) => Promise<unknown>; make?: (name: string) => Promise<unknown> }

function MarkMenu({ icon, label, marks, busy, run, make }: MenuProps) {
  const { t } = useWords()
  const [asking, setAsking] = useState(false)
  return (
    <>
    <Menu position="bottom-start">
      <Menu.Target>
        <Button size="compact-md" variant="default" leftSection={icon} disabled={busy || (!marks.length && !make)} aria-label={t(label)}>
          <span className={css.wideOnly}>{t(label)}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="50dvh" style={{ overflow: 'auto' }} aria-label={t(label)}>
        <MenuGroup label={t(label)}>
          {marks.map((mark) => <Menu.Item key={mark.id} onClick={() => void run(mark)}>{mark.name}</Menu.Item>)}
        </MenuGroup>
        {make && <Menu.Divider role="separator" />}
        {make && <Menu.Item onClick={() => setAsking(true)}>{t('pick.makeTag')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
    {make && <AskName opened={asking} close={() => setAsking(false)} title={t('pick.makeTag')} label={t('pick.newTag')} save={make} />}
    </>
  )
}
