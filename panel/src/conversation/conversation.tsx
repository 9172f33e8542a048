import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Suspense, useEffect, useState, type DragEvent } from 'react'
import { Link, useLocation, useNavigate } from 'react-router'
import { CommandError } from '../live/connection'
import { useFact, useLive } from '../live/context'
import type { View } from '../live/views'
import { Painted, usePainted } from '../parts/painted'
import { fold } from '../theme'
import { area, useWords } from '../words/words'
import { useChosenFiles } from './chosen-files'
import { Composer } from './composer'
import css from './conversation.module.css'
import { Header } from './header'
import { Side } from './late'
import { useLoaded } from './loaded'
import { Stream } from './stream'

const Onward = area(() => import('./onward'))
const PERSON = 'panel.person'

export function Conversation({ id, view }: { id: number; view: View }) {
  const { t } = useWords()
  const conversation = useFact((state) => state.conversations[id])
  const problem = useOpen(id)
  useLead(id)
  const person = usePerson()
  const chosen = useChosenFiles()
  const drop = useDrop(chosen.add)
  // The talk is what one came for: what is done with it and all about the person come a frame behind it, in slices.
  const drawn = usePainted(useLoaded(id))
  const beside = person.shown && !person.floats && <aside className={css.person} />

  if (conversation?.merged_into) return <Suspense><Onward from={id} to={conversation.merged_into} view={view} /></Suspense>
  if (problem === 'gone') return <main className={css.gone}><p>{t('conversation.gone')}</p><Button variant="default" component={Link} to={`/inbox/${view}`}>{t('conversation.back')}</Button></main>
  return (
    <main className={css.conversation} aria-label={conversation ? t('conversation.label', { name: conversation.contact.name }) : t('loading')}>
      <div className={css.talk} {...drop.on}>
        {conversation ? <Header conversation={conversation} view={view} drawn={drawn} person={person.shown} togglePerson={person.toggle} /> : <div className={css.header} />}
        <Painted value={drawn}><Stream id={id} /></Painted>
        {conversation && <Composer id={id} name={conversation.contact.name} sms={conversation.channel === 'sms'} closed={conversation.status === 'closed'} drawn={drawn} chosen={chosen} />}
        {drop.over && <div className={css.dropHere}>{t('composer.drop')}</div>}
      </div>
      {conversation && !drawn && beside}
      {conversation && drawn && (
        <Suspense fallback={beside}>
          <Side contact={conversation.contact} conversation={id} floats={person.floats} shown={person.shown} toggle={person.toggle} />
        </Suspense>
      )}
    </main>
  )
}

/** Opens it now and again after each reconnect, until it is held. */
function useOpen(id: number): 'gone' | undefined {
  const live = useLive()
  const online = useFact((state) => state.phase === 'online')
  const held = useFact((state) => state.messages[id] !== undefined)
  const [problem, setProblem] = useState<'gone'>()
  useEffect(() => live.hear({
    replaced: ({ contacts, into }) => {
      if (into === null && contacts.includes(live.store.get().conversations[id]?.contact.id ?? 0)) setProblem('gone')
    },
  }), [live, id])
  useEffect(() => {
    if (problem || (!online && !held)) return
    live.open(id).catch((error) => {
      if (error instanceof CommandError && error.wire.code === 'not_found') setProblem('gone')
    })
  }, [live, id, online, held, problem])
  return problem
}

/** To the message that a search found. */
function useLead(id: number): void {
  const live = useLive()
  const { state, key } = useLocation()
  const { at, note = false } = (state ?? {}) as { at?: number; note?: boolean }
  const loaded = useLoaded(id)
  useEffect(() => {
    if (at === undefined || !loaded) return
    let stop: (() => void) | undefined
    let left = false
    void import('./lead').then(({ lead }) => {
      if (!left) stop = lead(live, id, at, note)
    })
    return () => {
      left = true
      stop?.()
    }
  }, [live, id, at, note, key, loaded])
}

/** Beside the conversation where there is room (and as it was left the last time), over it where there isn't: there, back closes it. */
function usePerson() {
  const floats = useMediaQuery(fold.noPerson, undefined, { getInitialValueInEffect: false }) ?? false
  const [beside, setBeside] = useState(() => localStorage.getItem(PERSON) !== 'off')
  const navigate = useNavigate()
  const { pathname, state } = useLocation()
  const over = (state as { person?: true } | null)?.person === true
  const toggle = () => {
    if (floats) return void (over ? navigate(-1) : navigate(pathname, { state: { person: true } }))
    localStorage.setItem(PERSON, beside ? 'off' : 'on')
    setBeside(!beside)
  }
  return { floats, shown: floats ? over : beside, toggle }
}

function useDrop(add: (files: Iterable<File>) => void) {
  const [over, setOver] = useState(false)
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  const on = {
    onDragOver: (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: (event: DragEvent<HTMLElement>) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
    },
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(false)
      add(event.dataTransfer.files)
    },
  }
  return { over, on }
}
