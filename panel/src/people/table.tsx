import { Skeleton } from '@mantine/core'
import { useEffect, useLayoutEffect, useRef, type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import { useActions } from '../frame/actions'
import { useWatch } from '../live/context'
import { Ago } from '../parts/ago'
import { useWords } from '../words/words'
import type { Column } from './columns'
import fields from './fields.module.css'
import css from './table.module.css'
import { useVisible } from '../parts/virtual'

/** Heights as the style sheet has them: a list of known heights can be scrolled without measuring its rows. */
const ROW = 44
const CARD = 72
/** Rows before the end at which the next page is asked for. */
const AHEAD = 40

/** Pixels that the check and the name take at least, and a column. */
const NAME = 44 + 200
const least = ({ wide, numeric, room }: Pick<Column, 'wide' | 'numeric' | 'room'>): number => room ?? (wide ? 180 : numeric ? 96 : 128)

/** What a table is of: the words for it, and how its rows are told apart at a glance. */
export type Kind<Item> = {
  label: string
  name: string
  face: (item: Item, small: boolean) => ReactNode
  /** The line below the name, where there is no room for columns. */
  second: (item: Item) => string
  when: (item: Item) => string | null
  /** Whether the server is asked to tell of every change of the rows on the screen. */
  watched?: boolean
}

type Props<Item> = {
  kind: Kind<Item>
  contacts: Item[]
  columns: Column<Item>[]
  phone: boolean
  current: number | undefined
  address: (contact: number) => string
  picked?: ReadonlySet<number>
  /** Without it nothing can be marked. */
  pick?: (picked: ReadonlySet<number>) => void
  more: boolean
  fetching: boolean
  next: () => void
  foot?: ReactNode
}

const NOTHING: ReadonlySet<number> = new Set()
const NOBODY: number[] = []

/** People or companies as rows, or as cards on a phone; only those on the screen are in the page. */
export function Table<Item extends { id: number; name: string }>({ kind, contacts, columns, phone, current, address, picked = NOTHING, pick, more, fetching, next, foot }: Props<Item>) {
  const { t } = useWords()
  const scroller = useRef<HTMLDivElement>(null)
  const anchor = useRef<number | null>(null)
  const height = phone ? CARD : ROW
  const { first, last } = useVisible(scroller, contacts.length, height)
  useWatch(kind.watched ? contacts.slice(first, last).map(({ id }) => id) : NOBODY)
  const cursor = useCursor(scroller, contacts, height, current)

  useEffect(() => {
    if (more && !fetching && last > contacts.length - AHEAD) next()
  }, [more, fetching, last, contacts.length, next])

  const toggle = (index: number, range = false) => {
    const id = contacts[index]?.id
    if (id === undefined || !pick) return
    const chosen = new Set(picked)
    if (range && anchor.current !== null) {
      const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)]
      for (const one of contacts.slice(from, to + 1)) chosen.add(one.id)
    } else if (!chosen.delete(id)) chosen.add(id)
    anchor.current = index
    pick(chosen)
  }
  useActions([
    { id: 'next', label: t('keys.nextPerson'), keys: 'j', group: kind.label, hidden: true, run: () => cursor.move(1) },
    { id: 'previous', label: t('keys.previousPerson'), keys: 'k', group: kind.label, hidden: true, run: () => cursor.move(-1) },
    { id: 'open', label: t('keys.open'), keys: 'Enter', group: kind.label, hidden: true },
    ...(pick ? [{ id: 'pick', label: t('keys.pick'), keys: 'x', group: kind.label, hidden: true, run: () => toggle(cursor.at()) }] : []),
  ])

  const all = contacts.length > 0 && contacts.every(({ id }) => picked.has(id))
  // All rows are grids of their own: only columns that follow from nothing inside them stand in line.
  const style = phone ? undefined : {
    '--columns': columns.map((column) => `minmax(${least(column)}px, ${column.wide ? 1.4 : column.numeric ? 0.6 : 1}fr)`).join(' '),
    '--least': `${NAME + columns.reduce((sum, column) => sum + least(column), 0)}px`,
  } as CSSProperties
  return (
    <div ref={scroller} className={css.scroller} style={style} role="table" data-plain={pick ? undefined : true} aria-label={kind.label} aria-rowcount={more ? -1 : contacts.length + 1}
      aria-colcount={columns.length + 2} onKeyDown={cursor.press}>
      {!phone && (
        <div role="rowgroup" className={css.headGroup}>
          <div role="row" className={css.headRow} aria-rowindex={1}>
            <span role="columnheader" className={css.checkCell}>
              {pick && <input type="checkbox" className={fields.check} aria-label={t('people.pickAll')} checked={all}
                onChange={() => pick(all ? new Set() : new Set(contacts.map(({ id }) => id)))} />}
            </span>
            <span role="columnheader" className={css.nameCell}>{kind.name}</span>
            {columns.map(({ key, name, numeric }) => <span key={key} role="columnheader" className={css.cell} data-numeric={numeric || undefined}>{name}</span>)}
          </div>
        </div>
      )}
      <div role="rowgroup" className={css.body} style={{ blockSize: contacts.length * height }}>
        {contacts.slice(first, last).map((contact, offset) => {
          const index = first + offset
          return (
            <Row key={contact.id} kind={kind} contact={contact} index={index} top={index * height} columns={columns} phone={phone} current={contact.id === current}
              picked={picked.has(contact.id)} to={address(contact.id)} toggle={pick && ((range) => toggle(index, range))} focused={() => cursor.set(index)} />
          )
        })}
      </div>
      {foot}
      {fetching && contacts.length > 0 && <p className={css.foot} role="status">{t('loading')}</p>}
    </div>
  )
}

type RowProps<Item> = {
  kind: Kind<Item>
  contact: Item
  index: number
  top: number
  columns: Column<Item>[]
  phone: boolean
  current: boolean
  picked: boolean
  to: string
  toggle?: (range: boolean) => void
  focused: () => void
}

function Row<Item extends { id: number; name: string }>({ kind, contact, index, top, columns, phone, current, picked, to, toggle, focused }: RowProps<Item>) {
  const { t } = useWords()
  const navigate = useNavigate()
  const click = (event: MouseEvent) => {
    // The link does it itself, with its own ways for a new tab; marking text opens nothing.
    if ((event.target as Element).closest('a, input, label') || String(getSelection())) return
    if (event.shiftKey && toggle) toggle(true)
    else void navigate(to)
  }
  const when = phone ? kind.when(contact) : null
  const box = toggle && (
    <label className={css.checkLabel}>
      <input type="checkbox" className={fields.check} tabIndex={phone ? 0 : -1} checked={picked} aria-label={t('people.pick', { name: contact.name })}
        onChange={() => {}} onClick={(event) => toggle(event.shiftKey)} />
    </label>
  )
  return (
    <div role="row" aria-rowindex={index + 2} className={phone ? css.card : css.row} style={{ insetBlockStart: top }} data-current={current || undefined} data-picked={picked || undefined} onClick={click}>
      <span role="cell" className={css.checkCell}>{box}</span>
      <span role="cell" className={css.nameCell}>
        {kind.face(contact, !phone)}
        <span className={css.names}>
          <Link className={css.name} to={to} data-person={contact.id} aria-current={current ? 'true' : undefined} onFocus={focused}>{contact.name}</Link>
          {phone && <span className={css.second}>{kind.second(contact)}</span>}
        </span>
        {when && <span className={css.when}><Ago at={when} /></span>}
      </span>
      {!phone && columns.map(({ key, numeric, cell }) => <span key={key} role="cell" className={css.cell} data-numeric={numeric || undefined}>{cell(contact)}</span>)}
    </div>
  )
}

/** The row under the keys. Rows come and go with scrolling, so its place is kept, and the focus follows. */
function useCursor(scroller: React.RefObject<HTMLElement | null>, contacts: { id: number }[], height: number, current: number | undefined) {
  const place = useRef(-1)
  const wanted = useRef<number | null>(null)
  const grab = () => {
    const id = wanted.current === null ? undefined : contacts[wanted.current]?.id
    const link = id === undefined ? null : scroller.current?.querySelector<HTMLElement>(`a[data-person="${id}"]`)
    if (!link) return
    wanted.current = null
    link.focus({ preventScroll: true })
  }
  useLayoutEffect(grab)
  const go = (to: number) => {
    const box = scroller.current
    if (!box || !contacts.length) return
    const index = Math.min(Math.max(to, 0), contacts.length - 1)
    place.current = index
    const head = box.querySelector<HTMLElement>('[role=rowgroup]')?.offsetHeight ?? 0
    const shown = box.clientHeight - (height === ROW ? head : 0)
    if (index * height < box.scrollTop) box.scrollTop = index * height
    else if ((index + 1) * height > box.scrollTop + shown) box.scrollTop = (index + 1) * height - shown
    wanted.current = index
    grab()
  }
  const at = () => (place.current >= 0 ? place.current : contacts.findIndex(({ id }) => id === current))
  return {
    at,
    set: (index: number) => { place.current = index },
    move: (step: number) => go(at() < 0 ? 0 : at() + step),
    press: (event: KeyboardEvent) => {
      if (!(event.target as Element).closest('a[data-person]')) return
      const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / height) - 2)
      const to = { ArrowDown: at() + 1, ArrowUp: at() - 1, PageDown: at() + page, PageUp: at() - page, Home: 0, End: contacts.length - 1 }[event.key]
      if (to === undefined) return
      event.preventDefault()
      go(to)
    },
  }
}

export function TableSkeleton() {
  const { t } = useWords()
  return (
    <div className={css.skeleton} role="status" aria-label={t('loading')}>
      {Array.from({ length: 14 }, (_, index) => (
        <div key={index} className={css.skeletonRow}>
          <Skeleton circle height={24} />
          <Skeleton height={12} width={`${18 + ((index * 7) % 12)}%`} />
          <Skeleton height={12} width={`${12 + ((index * 5) % 10)}%`} />
          <Skeleton height={12} width="10%" />
        </div>
      ))}
    </div>
  )
}
