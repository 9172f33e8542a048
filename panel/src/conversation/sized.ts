import type { MessageButton, MessageSize } from '@shared/types'
import { useState } from 'react'

/** How the next message shows itself: `picture` says that its first picture is shown large. */
export type Sized = { size?: MessageSize; buttons?: MessageButton[]; picture?: boolean }

const isWhole = ({ label, url, reply }: MessageButton): boolean => label.trim() !== '' && (url.trim() !== '') !== (reply.trim() !== '')

/** By conversation: whoever looks at another one meanwhile finds it again, as they find their draft. */
const begun = new Map<number, Sized>()

/** What was chosen for the next message; with the message it is used up. */
export function useSized(conversation: number) {
  const [sized, set] = useState<Sized>(() => begun.get(conversation) ?? {})
  const choose = (next: Sized) => {
    begun.set(conversation, next)
    set(next)
  }
  return {
    sized, choose,
    /** Whether a button was begun and lacks its words or its goal: it would be left out. */
    unfinished: sized.buttons?.some((button) => !isWhole(button) && Object.values(button).some((value) => String(value).trim())) ?? false,
    take: (): Sized => {
      choose({})
      const buttons = sized.buttons?.filter(isWhole).map(({ label, url, reply }) => ({ label: label.trim(), url: url.trim(), reply: reply.trim() }))
      return { ...(sized.size ? { size: sized.size } : {}), ...(sized.picture ? { picture: true } : {}), ...(buttons?.length ? { buttons } : {}) }
    },
  }
}
