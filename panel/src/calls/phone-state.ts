import type { Call } from '@shared/types'

/** `failed`: no way to the other device was found, and a button tries once more. */
export type Phase = 'calling' | 'connecting' | 'talking' | 'reconnecting' | 'failed'
export type Sound = 'good' | 'fair' | 'bad'

/** The call that this window is in. */
export type Mine = {
  call: Call
  leg: string
  phase: Phase
  microphone: MediaStream
  heard: MediaStream | null
  /** Grows when something is heard or seen that was not before. */
  tracks: number
  screen: MediaStream | null
  sound: Sound | null
}

export type PhoneState = {
  mine: Mine | null
  /** A call of this window that is over: what came out of it is asked for. */
  over: Call | null
  /** Why the last thing did not work. */
  failed: unknown
  /** What is being done: its button waits. */
  busy: boolean
  /** The colleague whose devices ring now, as this window gave them the call. */
  handed: string | null
}

/** A value that tells when it changes; React reads it through useSyncExternalStore. */
export class Told<Value extends object> {
  private readonly listeners = new Set<() => void>()

  constructor(private value: Value) {}

  get = (): Value => this.value

  put(part: Partial<Value>): void {
    this.value = { ...this.value, ...part }
    for (const listener of [...this.listeners]) listener()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}
