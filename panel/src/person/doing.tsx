import { Button } from '@mantine/core'
import { IconBriefcase, IconBuilding, IconCalendarEvent, IconForms, IconListDetails, IconNote, IconTag, type Icon } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useCrm } from '../deals/data'
import { DealForm } from '../deals/deal-form'
import { NewActivity } from '../deals/activities'
import { Finder } from '../deals/finder'
import type { ActivityType, Deal } from '../deals/types'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { Dialog } from '../parts/dialog'
import { Edit } from '../people/attribute-list'
import { Select, Text } from '../people/fields'
import fields from '../people/fields.module.css'
import { attributeName, useAttributes, useLists, useRefresh, useTags } from '../people/names'
import { useProfile } from '../people/profile-data'
import { tellWithUndo } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './beside.module.css'

export type Deed = 'note' | 'activity' | 'deal' | 'tag' | 'attribute' | 'list' | 'company'

/** "c", as in customer, and what is done. */
const DEEDS: readonly { deed: Deed; keys: string; icon: Icon }[] = [
  { deed: 'note', keys: 'c n', icon: IconNote },
  { deed: 'activity', keys: 'c a', icon: IconCalendarEvent },
  { deed: 'deal', keys: 'c d', icon: IconBriefcase },
  { deed: 'tag', keys: 'c t', icon: IconTag },
  { deed: 'attribute', keys: 'c v', icon: IconForms },
  { deed: 'list', keys: 'c l', icon: IconListDetails },
  { deed: 'company', keys: 'c o', icon: IconBuilding },
]

const SALES: readonly Deed[] = ['note', 'activity', 'deal']

/** Those that the role of who is signed in allows. */
export function useDeeds() {
  const sells = useMay('crm.write')
  const writes = useMay('contacts.write')
  return DEEDS.filter(({ deed }) => (SALES.includes(deed) ? sells : writes))
}

const LONGEST_NOTE = 16_384
const LONGEST_NAME = 120

type Props = { deed: Deed; contact: { id: number; name: string }; conversation: number; close: () => void }

/** Asks for what a deed needs, does it and offers to take it back. What is made remembers the conversation. */
export function Doing(props: Props) {
  const { t } = useWords()
  const { deed, close } = props
  if (deed === 'deal') return <NewDeal {...props} />
  const Form = FORMS[deed]
  return (
    <Dialog opened onClose={close} title={t(`beside.${deed}`)}>
      <Form {...props} />
    </Dialog>
  )
}

const FORMS = { note: NewNote, activity: Activity, tag: Tag, attribute: Attribute, list: List, company: Company } as const

/** Does something about the person; afterwards it can be taken back for a while. */
function useDeed(close: () => void) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const [refused, setRefused] = useState('')
  const again = () => refresh('profile', 'contacts', 'names', 'timeline', 'deals', 'activities', 'notes')
  /** `back` is how it is taken back: a method, a path and a body, made of the answer. */
  const run = async <Answer,>(method: string, path: string, body: object | undefined, said: string, back: (made: Answer) => [string, string, object?]) => {
    const made = await live.rest<Answer>(method, path, body)
    again()
    close()
    tellWithUndo(t, said, () => live.rest(...back(made)).then(again))
  }
  const tell = (error: unknown) => setRefused(refusal(error, t))
  return { run, tell, refused, again }
}

function Foot({ ready, refused, close, label }: { ready: boolean; refused: string; close: () => void; label: string }) {
  const { t } = useWords()
  return (
    <>
      {refused && <p className={css.refused} role="alert">{refused}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={close}>{t('cancel')}</Button>
        <Button type="submit" disabled={!ready}>{label}</Button>
      </div>
    </>
  )
}

function Frame({ go, children }: { go: () => void; children: ReactNode }) {
  return <form className={css.form} onSubmit={(event) => { event.preventDefault(); go() }}>{children}</form>
}

function NewNote({ contact, conversation, close }: Props) {
  const { t } = useWords()
  const { run, tell, refused } = useDeed(close)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const ready = text.trim() !== '' && !busy
  const go = () => {
    if (!ready) return
    setBusy(true)
    run<{ id: number }>('POST', 'notes', { subject: 'contact', of: contact.id, text: text.trim(), conversation }, t('beside.noted', { name: contact.name }), ({ id }) => ['DELETE', `notes/${id}`])
      .catch((error: unknown) => { tell(error); setBusy(false) })
  }
  return (
    <Frame go={go}>
      <textarea className={fields.field} rows={5} maxLength={LONGEST_NOTE} autoFocus data-autofocus aria-label={t('notes.write')} placeholder={t('notes.write')} value={text}
        onChange={(event) => setText(event.currentTarget.value)} onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) go() }} />
      <Foot ready={ready} refused={refused} close={close} label={t('save')} />
    </Frame>
  )
}

function Activity({ contact, conversation, close }: Props) {
  const { t } = useWords()
  const { run } = useDeed(close)
  const types = useCrm<{ types: ActivityType[] }>(['activity', 'types'], 'activity-types').data?.types
  if (!types) return <p role="status">{t('loading')}</p>
  return (
    <NewActivity types={types} close={close} first={t('beside.followUp', { name: contact.name })}
      plan={(said) => run<{ id: number; name: string }>('POST', 'activities', { ...said, contact: contact.id, conversation }, t('beside.planned', { name: (said as { name: string }).name }), ({ id }) => ['DELETE', `activities/${id}`])} />
  )
}

/** Named by what the person said last, as far as there is a word of theirs. */
function NewDeal({ contact, conversation, close }: Props) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const words = useFact((state) => state.messages[conversation]?.items.findLast(({ author, text }) => author.kind === 'contact' && text.trim() !== '')?.text)
  const first = words ? `${contact.name}: ${words.trim().split('\n')[0]}`.slice(0, LONGEST_NAME) : contact.name
  const done = (deal: Deal) => {
    refresh('deals', 'timeline')
    tellWithUndo(t, t('beside.dealMade', { name: deal.name }), () => live.rest('DELETE', `deals/${deal.id}`).then(() => refresh('deals', 'timeline')))
  }
  return <DealForm contact={contact} first={first} conversation={conversation} close={close} done={done} />
}

function Tag({ contact, close }: Props) {
  const { t } = useWords()
  const { run, tell, refused } = useDeed(close)
  const [tag, setTag] = useState('')
  const name = tag.trim()
  const offers = useTags()?.map((one) => one.name) ?? []
  const go = () => void (name && run('POST', `contacts/${contact.id}/tags`, { tag: name }, t('beside.tagged', { name }), () => ['DELETE', `contacts/${contact.id}/tags`, { tag: name }]).catch(tell))
  return (
    <Frame go={go}>
      <Text label={t('beside.tagName')} placeholder={t('beside.tagName')} value={tag} write={setTag} offers={offers} maxLength={64} autoFocus data-autofocus className="" />
      <Foot ready={name !== ''} refused={refused} close={close} label={t('add')} />
    </Frame>
  )
}

function Attribute({ contact, close }: Props) {
  const { t } = useWords()
  const values = useProfile(contact.id).data?.values
  const attributes = (useAttributes() ?? []).filter(({ writable }) => writable)
  const [std, setStd] = useState('')
  const attribute = attributes.find((one) => one.std === std)
  if (!values) return <p role="status">{t('loading')}</p>
  return (
    <div className={css.form}>
      <Select label={t('pick.attribute')} value={std} pick={setStd} autoFocus data-autofocus>
        <option value="">{t('pick.attribute')}</option>
        {attributes.map((one) => <option key={one.std} value={one.std}>{attributeName(one, t)}</option>)}
      </Select>
      {attribute && <Edit key={std} of="contacts" id={contact.id} attribute={attribute} name={attributeName(attribute, t)} value={values[std]} done={close} />}
    </div>
  )
}

function List({ contact, close }: Props) {
  const { t } = useWords()
  const { run, tell, refused } = useDeed(close)
  const mine = useProfile(contact.id).data?.contact.lists
  const lists = useLists()
  const [chosen, setChosen] = useState(0)
  const list = lists?.find(({ id }) => id === chosen)
  const on = list !== undefined && mine?.includes(list.id)
  const path = `contacts/${contact.id}/lists/${chosen}`
  const go = () => void (list && run(on ? 'DELETE' : 'PUT', path, undefined, t(on ? 'beside.unlisted' : 'beside.listed', { name: list.name }), () => [on ? 'PUT' : 'DELETE', path]).catch(tell))
  if (!lists || !mine) return <p role="status">{t('loading')}</p>
  if (!lists.length) return <p>{t('profile.noLists')}</p>
  return (
    <Frame go={go}>
      <Select label={t('beside.whichList')} value={chosen || ''} pick={(id) => setChosen(Number(id))} autoFocus data-autofocus>
        <option value="">{t('beside.whichList')}</option>
        {lists.map(({ id, name }) => <option key={id} value={id}>{mine.includes(id) ? t('beside.onIt', { name }) : name}</option>)}
      </Select>
      <Foot ready={list !== undefined} refused={refused} close={close} label={t(on ? 'beside.takeOff' : 'add')} />
    </Frame>
  )
}

function Company({ contact, close }: Props) {
  const { t } = useWords()
  const live = useLive()
  const { run, tell, refused } = useDeed(close)
  const mine = useProfile(contact.id).data?.contact.companies ?? []
  const join = (id: number, name: string) => {
    const path = `companies/${id}/members/${contact.id}`
    return run('PUT', path, undefined, t('beside.joined', { name }), () => ['DELETE', path])
  }
  const make = (name: string) => void live.rest<{ id: number }>('POST', 'companies', { attributes: { name } }).then(({ id }) => join(id, name)).catch(tell)
  return (
    <div className={css.form}>
      <Finder of="companies" label={t('beside.company')} without={mine} pick={({ id, name }) => void join(id, name).catch(tell)} make={make} />
      {refused && <p className={css.refused} role="alert">{refused}</p>}
    </div>
  )
}
