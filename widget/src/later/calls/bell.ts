import type { Ui } from '../../start'
import { ring, silence } from './ring'

/** What draws the visitor's attention to a call: a bell in one tab of several, and the title of those in the background. */
export function createBell({ chat, laters, words }: Ui) {
  let over: (() => void) | undefined

  return {
    /** Lets the visitor hear that it rings at the team. */
    wait: () => void (chat.isMuted() || ring('wait')),
    /** Somebody calls. One tab rings: the first that may make a sound, as long as it rings there. */
    ring(name: string, isStill: () => boolean): void {
      laters.notices().then(({ blinkTitle }) => isStill() && blinkTitle(words('callFrom', { name })), () => {})
      if (chat.isMuted() || navigator.userActivation?.hasBeenActive === false) return
      void navigator.locks.request(`switchboard:${chat.key}:rings`, { ifAvailable: true }, (lock) => {
        if (!lock || !isStill()) return
        ring('bell')
        return new Promise<void>((done) => (over = done))
      })
    },
    silence(): void {
      silence()
      over?.()
      laters.notices.now?.stopBlinking()
    },
  }
}

/** What the other side is heard with. It is nowhere on the page, so that no drawing disturbs it. */
export function createSpeaker() {
  const sound = new Audio()
  const play = (): Promise<void> => sound.play()
  return {
    play(stream: MediaStream): void {
      if (sound.srcObject !== stream) sound.srcObject = stream
      // A page that was loaded anew may make no sound before the visitor touches it.
      play().catch(() => addEventListener('pointerdown', () => void play().catch(() => {}), { once: true }))
    },
    stop: () => void (sound.srcObject = null),
  }
}

/** What the browser would answer for the microphone; where it does not tell, it asks. */
export const allowed = async (): Promise<PermissionState> =>
  (await navigator.permissions?.query({ name: 'microphone' as PermissionName }).catch(() => null))?.state ?? 'prompt'
