import type { MessageButton } from '../../shared/types'
import { safeAddress } from '../../shared/modal/view'
import type { Ui } from '../start'
import { newId } from '../../shared/ids'

type Props = { ui: Ui; buttons: MessageButton[]; used?: () => void }

/** The buttons of a message: each leads somewhere, or sends an answer. */
export const Buttons = ({ ui: { chat }, buttons, used }: Props) => (
  <div class="buttons">
    {buttons.map(({ label, url, reply }) => {
      const address = url && safeAddress(url)
      if (address) return <a class="button" href={address} target="_blank" rel="noopener noreferrer nofollow ugc" onClick={used}>{label}</a>
      const answer = (): void => {
        used?.()
        chat.shelf.set('spoken', '1')
        chat.outbox.add({ client_id: newId(), text: reply, attachments: [], conversation: chat.current()?.id })
        chat.setOpen(true)
      }
      return reply ? <button class="button" onClick={answer}>{label}</button> : null
    })}
  </div>
)
