import { newId } from '@shared/ids'
import type { Call } from '@shared/types'
import type { Live } from '../live/live'
import { Told } from './phone-state'

/** A note on a call that is not saved yet. */
export type Unsaved = {
  call: Call
  text: string
  /** The name under which this text is sent: sent twice, it is saved once. */
  id: string
  busy: boolean
  /** Why it could not be saved. */
  failed: unknown
}

/** Notes that somebody writes while they talk. They outlive their calls: whoever hangs up, no word of them is lost. */
export class Notes extends Told<{ unsaved: readonly Unsaved[] }> {
  constructor(private readonly live: Live) {
    super({ unsaved: [] })
  }

  of = (call: number): Unsaved | undefined => this.get().unsaved.find((each) => each.call.id === call)

  write(call: Call, text: string): void {
    const others = this.get().unsaved.filter((each) => each.call.id !== call.id)
    const busy = this.of(call.id)?.busy ?? false
    this.put({ unsaved: text || busy ? [...others, { call, text, id: newId(), busy, failed: null }] : others })
  }

  /** Saves a note in the conversation of its call, or with the person where there is none; true where it is there. */
  async save(call: number): Promise<boolean> {
    const note = this.of(call)
    if (!note?.text.trim() || note.busy) return false
    this.part(call, { busy: true, failed: null })
    try {
      const { conversation, contact } = note.call
      if (conversation) await this.live.link.ask('note.add', { client_id: note.id, conversation, text: note.text })
      else await this.live.rest('POST', 'notes', { subject: 'contact', of: contact?.id, text: note.text })
      // What was written while it was being saved is a note of its own.
      if (this.of(call)?.id === note.id) this.drop(call)
      else this.part(call, { busy: false })
      return true
    } catch (failed) {
      this.part(call, { busy: false, failed })
      return false
    }
  }

  drop(call: number): void {
    this.put({ unsaved: this.get().unsaved.filter((each) => each.call.id !== call) })
  }

  private part(call: number, part: Partial<Unsaved>): void {
    this.put({ unsaved: this.get().unsaved.map((each) => (each.call.id === call ? { ...each, ...part } : each)) })
  }
}
