import type { Entry, Group } from '../timeline'
import type { Ui } from '../start'
import { Face } from './face'
import { Icon, IconButton } from './icons'
import { isOnlyEmoji, Text } from './text'

type Props = { ui: Ui; group: Group; isNamed: boolean }

/** What one person said within a minute. The time shows on a tap, and under what was said last. */
export function GroupView({ ui, group, isNamed }: Props) {
  const { author, own, entries } = group
  const { at } = entries[0]!
  return (
    <li class={own ? 'group own' : 'group'}>
      <span class="hush">{own ? ui.words('you') : author.name}, {ui.formats.full(at)}</span>
      {isNamed && <div class="name" aria-hidden="true">{author.name}</div>}
      {!own && <Face {...author} />}
      <ol onClick={(event) => event.currentTarget.nextElementSibling!.classList.toggle('shown')}>
        {entries.map((entry, place) => (
          <EntryView key={entry.key} ui={ui} entry={entry} isTicked={entry.state !== entries[place + 1]?.state} />
        ))}
      </ol>
      <div class="meta" aria-hidden="true">{ui.formats.time(at)}</div>
    </li>
  )
}

function EntryView({ ui, entry, isTicked }: { ui: Ui; entry: Entry; isTicked: boolean }) {
  const { state, text, attachments, form, buttons, letter } = entry
  const failed = state === 'notSent'
  const { attachment, acts } = ui.laters
  const isRich = form || buttons || attachments.length || entry.deleted || entry.edited || entry.reply_to
  if (isRich && !attachment.now) attachment().catch(() => {})
  const parts: preact.ComponentChild[] = (isRich && attachment.now?.richParts(ui, entry)) || []
  const Field = acts.now?.isChanging(entry) && acts.now.Changing
  if (Field) parts.push(<Field ui={ui} entry={entry} />)
  else if (text) parts[form || buttons ? 'unshift' : 'push'](<div class={isOnlyEmoji(text) ? 'bubble large' : 'bubble'}><Text text={text} /></div>)
  const last = parts.pop()
  return (
    <li class={failed ? 'entry failed' : 'entry'}>
      {parts}
      <div class="last">
        {state && isTicked && !failed && (
          <Icon name={state === 'read' ? 'delivered' : state} class={`tick ${state}`} label={ui.words(state)} />
        )}
        {last}
      </div>
      {entry.id && !entry.deleted && !Field && (
        <IconButton
          icon="more" label={ui.words('more')} class="icon more" aria-haspopup="menu" aria-expanded={false}
          onClick={(event) => {
            event.stopPropagation()
            const button = event.currentTarget as HTMLElement
            acts().then(({ toggleMenu }) => toggleMenu(ui, entry, button), () => {})
          }}
        />
      )}
      {failed && (
        <button class="again" onClick={() => ui.chat.retry(letter!)}>
          {reason(ui, letter?.error?.code)} <u>{ui.words('retry')}</u>
        </button>
      )}
    </li>
  )
}

const reason = ({ words }: Ui, code: string | undefined): string =>
  words(code === 'text_too_long' || code === 'rate_limited' ? code : 'notSent')
