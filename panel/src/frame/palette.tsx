import { Modal } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import { useNavigate } from 'react-router'
import { useFact } from '../live/context'
import { newestFirst } from '../live/views'
import { useFocusBack } from '../parts/focus-back'
import { Keys } from '../parts/keys'
import { useWords } from '../words/words'
import { useActionList, type Action } from './actions'
import css from './frame.module.css'
import { fold } from '../parts/fold'

const PEOPLE = 6
/** In ms: by then the dialog has given the focus back. */
const FOCUS_BACK = 60

export function Palette({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useWords()
  useFocusBack(opened)
  return (
    // There at once: whoever presses the keys types on without waiting for anything to fade in.
    <Modal.Root opened={opened} onClose={close} padding={0} yOffset="12dvh" transitionProps={{ duration: 0 }}>
      <Modal.Overlay backgroundOpacity={0.35} />
      {/* In parts, because only so the name reaches the dialog itself. */}
      <Modal.Content aria-label={t('keys.palette')}>
        <Modal.Body><Choices close={close} /></Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function Choices({ close }: { close: () => void }) {
  const { t } = useWords()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const people = usePeople(text)
  const words = fold(text).split(/\s+/).filter(Boolean)
  const actions = useActionList().filter(({ hidden, label, group }) => !hidden && words.every((word) => fold(`${label} ${group}`).includes(word)))
  const found = [...actions, ...people]
  const current = Math.min(at, found.length - 1)

  const run = (action: Action | undefined) => {
    if (!action) return
    close()
    // After the palette gave the focus back, so that an action may move it on.
    setTimeout(() => action.run?.(), FOCUS_BACK)
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) setAt((current + step + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter') run(found[current])
    else return
    event.preventDefault()
  }

  return (
    <div className={css.palette}>
      <input className={css.paletteInput} autoFocus data-autofocus placeholder={t('palette.placeholder')} aria-label={t('palette.placeholder')} role="combobox"
        aria-expanded="true" aria-controls="palette" aria-activedescendant={found[current] && `palette-${current}`}
        value={text} onChange={(event) => { setText(event.currentTarget.value); setAt(0) }} onKeyDown={press} />
      <div id="palette" role="listbox" aria-label={t('keys.palette')} className={css.paletteList}>
        {found.map((action, index) => (
          <div key={action.id}>
            {action.group !== found[index - 1]?.group && <div className={css.paletteGroup} role="presentation">{action.group}</div>}
            <div id={`palette-${index}`} role="option" aria-selected={index === current} className={css.paletteItem}
              ref={(element) => { if (index === current) element?.scrollIntoView({ block: 'nearest' }) }}
              onPointerMove={() => setAt(index)} onClick={() => run(action)}>
              <span>{action.label}</span>
              {action.keys && <Keys keys={action.keys} />}
            </div>
          </div>
        ))}
        {!found.length && <div className={css.paletteEmpty}>{t('palette.empty')}</div>}
      </div>
    </div>
  )
}

/** Conversations that are known here, by the person's name or address. */
function usePeople(text: string): Action[] {
  const { t } = useWords()
  const navigate = useNavigate()
  const conversations = useFact((state) => state.conversations)
  const wanted = fold(text.trim())
  if (!wanted) return []
  return Object.values(conversations)
    .filter(({ contact }) => fold(`${contact.name} ${contact.email ?? ''}`).includes(wanted))
    .sort(newestFirst)
    .slice(0, PEOPLE)
    .map(({ id, contact, status }) => ({
      id: `conversation ${id}`, label: contact.name, group: t('palette.conversations'),
      run: () => void navigate(`/inbox/${status === 'closed' ? 'closed' : 'open'}/${id}`),
    }))
}
