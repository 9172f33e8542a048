/** What a reload of this window must not forget: in which call it is, and under which name of a device. */
export type KeptCall = { call: number; leg: string }

const KEY = 'panel.call'
/** Milliseconds between two looks whether the window that was here before a reload has let go. */
const LET_GO = 200
const LOOKS = 10

export const keepCall = (kept: KeptCall | null): void => {
  if (kept) sessionStorage.setItem(KEY, JSON.stringify(kept))
  else sessionStorage.removeItem(KEY)
}

export function keptCall(): KeptCall | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
  } catch {
    return null
  }
}

/**
 * Holds the name of a device for this window until the answer is called; undefined where another window has it: one that was
 * duplicated carries a copy of what the first one kept.
 */
export async function holdLeg(leg: string): Promise<(() => void) | undefined> {
  if (!navigator.locks) return () => {}
  return new Promise((resolve) => {
    void navigator.locks.request(`call leg ${leg}`, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(undefined)
      return new Promise<void>((release) => resolve(() => release()))
    })
  })
}

/** Takes the name of a device from the window that was here before the reload, or from nobody. */
export async function claimLeg(leg: string): Promise<(() => void) | undefined> {
  for (let look = 0; look < LOOKS; look++) {
    const release = await holdLeg(leg)
    if (release) return release
    await new Promise((next) => setTimeout(next, LET_GO))
  }
  return undefined
}
