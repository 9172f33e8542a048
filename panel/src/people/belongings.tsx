import { Button } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useFact, useLive } from '../live/context'
import { Section } from '../person/person'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { Select, Text } from './fields'
import { useLists, useRefresh, useTags } from './names'
import css from './profile.module.css'
import type { Contact } from './types'
import { tellFailed, tellWithUndo } from './undo'

/** Tags and lists, changed where they stand; and the group of agents, which follows from the rules. */
export function Belongings({ contact }: { contact: Contact }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const tags = useTags()
  const lists = useLists()
  const group = useFact((state) => state.groups.find(({ id }) => id === contact.group)?.name)
  const does = (method: string, path: string, body?: object) => live.rest(method, `contacts/${contact.id}/${path}`, body)
    .then(() => { refresh('profile', 'contacts', 'names', `timeline`); return true }, (error: unknown) => { tellFailed(t, refusal(error, t)); return false })
  const back = (said: string, method: string, path: string, body?: object) => (done: boolean) => { if (done) tellWithUndo(t, said, () => does(method, path, body)) }
  const others = lists?.filter(({ id }) => !contact.lists.includes(id)) ?? []
  return (
    <>
      <Section title={t('profile.tags')}>
        <div className={css.pills}>
          {contact.tags.map((tag) => <Pill key={tag} name={tag} remove={() => void does('DELETE', 'tags', { tag }).then(back(t('profile.tagGone', { name: tag }), 'POST', 'tags', { tag }))} />)}
          <AddTag offers={tags?.map(({ name }) => name).filter((name) => !contact.tags.includes(name)) ?? []} add={(tag) => void does('POST', 'tags', { tag })} />
        </div>
      </Section>
      <Section title={t('profile.lists')}>
        <div className={css.pills}>
          {contact.lists.map((id) => {
            const name = lists?.find((one) => one.id === id)?.name ?? `#${id}`
            return <Pill key={id} name={name} remove={() => void does('DELETE', `lists/${id}`).then(back(t('profile.listGone', { name }), 'PUT', `lists/${id}`))} />
          })}
          {others.length > 0 && (
            <Select label={t('profile.addList')} value="" pick={(id) => void does('PUT', `lists/${id}`)}>
              <option value="">{t('profile.addList')}</option>
              {others.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
            </Select>
          )}
          {lists?.length === 0 && <span className={css.none}>{t('profile.noLists')}</span>}
        </div>
      </Section>
      {group && <Section title={t('profile.group')}><p>{group}</p></Section>}
    </>
  )
}

export function Pill({ name, remove }: { name: ReactNode & string; remove: () => void }) {
  return (
    <span className={css.pill}>
      <span className={css.pillName}>{name}</span>
      <PillRemove name={name} remove={remove} />
    </span>
  )
}

export function PillRemove({ name, remove }: { name: string; remove: () => void }) {
  const { t } = useWords()
  return <button type="button" className={css.pillRemove} onClick={remove} aria-label={t('profile.remove', { name })}><IconX size={12} /></button>
}

export function AddTag({ offers, add }: { offers: string[]; add: (tag: string) => void }) {
  const { t } = useWords()
  const [adding, setAdding] = useState(false)
  const [name, setName] = useState('')
  const done = () => {
    setAdding(false)
    setName('')
  }
  if (!adding) return <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => setAdding(true)}>{t('profile.addTag')}</Button>
  return (
    <form className={css.add} onSubmit={(event) => {
      event.preventDefault()
      if (name.trim()) add(name.trim())
      done()
    }}>
      <Text label={t('profile.addTag')} placeholder={t('pick.newTag')} value={name} write={setName} offers={offers} maxLength={64} autoFocus
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          done()
        }} />
      <Button type="submit" size="compact-md" h={36}>{t('add')}</Button>
    </form>
  )
}
