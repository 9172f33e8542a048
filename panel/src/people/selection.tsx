import { Button, CloseButton, Menu } from '@mantine/core'
import { IconArrowMerge, IconForms, IconPlaylistAdd, IconPlaylistX, IconTag, IconTagOff } from '@tabler/icons-react'
import { Suspense, useState, type ReactNode } from 'react'
import { MenuGroup } from '../parts/menu-group'
import { refusal } from '../words/refusals'
import { area, useWords, type Key } from '../words/words'
import { AskName } from './ask-name'
import { useLists, useRefresh, useTags } from './names'
import { useEnd, useOperationDeeds, type Deed, type Whom } from './operations-data'
import css from './people.module.css'
import { SetValue } from './set-value'
import type { Question } from './table-data'
import type { Contact } from './types'
import { tellFailed, tellWithUndo } from './undo'

/** Contacts that one call names; more are named by further ones. */
const NAMED = 1_000
/** More of them side by side nobody can read. */
const MOST_MERGED = 5

const Merge = area(() => import('../merging/merge'), 'merging')

type Mark = { kind: 'tag' | 'list'; adds: boolean; name: string; id: number }

type Props = {
  contacts: Contact[]
  question: Question
  /** How many the question finds, as words; nothing where all of them are loaded. */
  everybody: string | undefined
  whole: boolean
  setWhole: (whole: boolean) => void
  clear: () => void
}

/** What can be done to the people who are picked, or to everybody who matches. */
export function SelectionBar({ contacts, question, everybody, whole, setWhole, clear }: Props) {
  const { t } = useWords()
  const refresh = useRefresh()
  const tags = useTags()
  const lists = useLists()
  const { begin, undo } = useOperationDeeds()
  const end = useEnd()
  const [busy, setBusy] = useState(false)
  const [setting, setSetting] = useState(false)
  const [merging, setMerging] = useState(false)
  const again = () => refresh('contacts', 'names', 'profile', 'count')
  const failed = (error: unknown) => tellFailed(t, refusal(error, t))

  /** Only those whom it changes are changed, so taking it back changes the same ones. */
  const run = async (deed: Deed, done: (n: number) => string, ids = contacts.map(({ id }) => id)) => {
    const parts: Whom[] = whole
      ? [{ where: question.where ?? { all: [] }, ...(question.search ? { search: question.search } : {}) }]
      : Array.from({ length: Math.ceil(ids.length / NAMED) }, (_, part) => ({ contacts: ids.slice(part * NAMED, (part + 1) * NAMED) }))
    setBusy(true)
    try {
      const begun = await Promise.all(parts.map((whom) => begin(deed, whom)))
      const ended = await Promise.all(begun.map(({ id }) => end(id)))
      again()
      const changed = ended.reduce((sum, one) => sum + one.changed, 0)
      if (!changed) return tellFailed(t, t('pick.nothing'))
      const back = async () => {
        await Promise.all(begun.map(({ id }) => undo(id)))
        await Promise.all(begun.map(({ id }) => end(id)))
        again()
      }
      const stopped = ended.some(({ status }) => status === 'cancelled')
      tellWithUndo(t, stopped ? t('operation.stopped', { what: done(changed) }) : done(changed), back)
    } catch (error) {
      failed(error)
    } finally {
      setBusy(false)
    }
  }
  const mark = ({ kind, adds, name, id }: Mark) =>
    run({ ...(kind === 'tag' ? { tag: name } : { list: id }), remove: !adds }, (n) => t(`pick.${adds ? 'added' : 'removed'}.${kind}`, { name, n }))

  const concerns = ({ kind, adds, name, id }: Mark) => whole || contacts.some((one) => (kind === 'tag' ? one.tags.includes(name) : one.lists.includes(id)) !== adds)
  const marks = (kind: Mark['kind'], adds: boolean): Mark[] =>
    ((kind === 'tag' ? tags : lists) ?? []).map(({ id, name }) => ({ kind, adds, name, id })).filter(concerns)
  return (
    <div className={css.selection} role="toolbar" aria-label={t('pick.label')}>
      <strong aria-live="polite">{whole && everybody ? t('pick.everybody', { shown: everybody }) : t('pick.count', { n: contacts.length })}</strong>
      {everybody && <Button className={css.everybody} size="compact-md" variant="subtle" disabled={busy} onClick={() => setWhole(!whole)}>{whole ? t('pick.onlyThese') : t('pick.wholeOf', { shown: everybody })}</Button>}
      <MarkMenu icon={<IconTag size={16} />} label="pick.addTag" marks={marks('tag', true)} busy={busy} run={mark} make={(name) => mark({ kind: 'tag', adds: true, name, id: 0 })} />
      <MarkMenu icon={<IconTagOff size={16} />} label="pick.removeTag" marks={marks('tag', false)} busy={busy} run={mark} />
      <MarkMenu icon={<IconPlaylistAdd size={16} />} label="pick.addList" marks={marks('list', true)} busy={busy} run={mark} />
      <MarkMenu icon={<IconPlaylistX size={16} />} label="pick.removeList" marks={marks('list', false)} busy={busy} run={mark} />
      <Button size="compact-md" variant="default" leftSection={<IconForms size={16} />} disabled={busy} aria-label={t('pick.setValue')} onClick={() => setSetting(true)}>
        <span className={css.wideOnly}>{t('pick.setValue')}</span>
      </Button>
      {!whole && contacts.length > 1 && contacts.length <= MOST_MERGED && (
        <Button size="compact-md" variant="default" leftSection={<IconArrowMerge size={16} />} disabled={busy} onClick={() => setMerging(true)} aria-label={t('merge.open')}>
          <span className={css.wideOnly}>{t('merge.open')}</span>
        </Button>
      )}
      {merging && <Suspense><Merge ids={contacts.map(({ id }) => id)} close={() => setMerging(false)} merged={clear} /></Suspense>}
      <span className={css.grow} />
      <CloseButton onClick={clear} aria-label={t('pick.clear')} />
      <SetValue opened={setting} close={() => setSetting(false)} set={(attribute, value, name) => run({ attribute, value }, (n) => t('pick.set', { name, n }))} />
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
