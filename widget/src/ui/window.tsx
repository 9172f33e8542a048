import { useEffect, useRef, useState } from 'preact/hooks'
import type { Ui } from '../start'
import { Composer } from './composer'
import { Face } from './face'
import { Icon } from './icons'
import { Messages } from './messages'

/** The chat itself. It stays in the page once it was opened, so that it comes back as it was left. */
export function Window({ ui, close }: { ui: Ui; close: () => void }) {
  const { chat, words, stage } = ui
  const [isDropping, setDropping] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const isOpen = chat.isOpen()

  useEffect(() => {
    if (!isOpen) return
    // On a phone the keyboard would hide what was said: there the visitor asks for it.
    const target = stage.isPhone() ? box.current : box.current?.querySelector('textarea')
    target?.focus({ preventScroll: true })
  }, [isOpen])

  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setDropping(false)
    chat.attach(event.dataTransfer?.files ?? null)
  }

  return (
    <section
      class="window" role="dialog" aria-label={chat.session()?.application.name ?? words('chat')} ref={box} tabIndex={-1} hidden={!isOpen}
      onKeyDown={(event) => event.key === 'Escape' && close()}
      onDragOver={(event) => {
        event.preventDefault()
        setDropping(true)
      }}
      onDragLeave={(event) => box.current!.contains(event.relatedTarget as Node) || setDropping(false)}
      onDrop={drop}
    >
      <Header ui={ui} close={close} />
      {chat.isCutOff() && (
        <div class="banner" role="status">
          <Icon name="offline" />
          {words(chat.connection() === 'refused' ? 'refused' : 'offline')}
        </div>
      )}
      <Messages ui={ui} />
      <Composer ui={ui} />
      {isDropping && <div class="drop">{words('drop')}</div>}
    </section>
  )
}

function Header({ ui: { chat, words }, close }: { ui: Ui; close: () => void }) {
  const team = chat.session()?.application
  const here = team?.agents.filter((agent) => agent.online) ?? []
  const faces = (here.length ? here : team?.agents ?? []).slice(0, 3)
  const sound = chat.isMuted() ? 'soundOn' : 'soundOff'
  return (
    <header class="head">
      <div class="faces">{faces.map((agent) => <Face key={agent.id} {...agent} />)}</div>
      <div class="team">
        <b>{team?.name ?? words('chat')}</b>
        <span>{team?.online && <i />}{team && words(team.online ? 'online' : 'away')}</span>
      </div>
      <button class="icon" aria-label={words(sound)} title={words(sound)} onClick={() => chat.mute(!chat.isMuted())}>
        <Icon name={chat.isMuted() ? 'muted' : 'sound'} />
      </button>
      <button class="icon" aria-label={words('closeChat')} title={words('closeChat')} onClick={close}>
        <Icon name="close" />
      </button>
    </header>
  )
}
