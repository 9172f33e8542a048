import { useSyncExternalStore } from 'react'

/** What can't wait for the rest of this folder, which is loaded when the first screen stands. */

/** The first script of this page's version. */
export const script = new URL(import.meta.url).pathname

/** For as long as this window lives, what its version is made of is kept (worker/shell.ts). */
export function holdVersion(): void {
  void navigator.locks?.request(`panel ${script}`, { mode: 'shared' }, () => new Promise(() => {}))
}

type Prompt = Event & { prompt(): Promise<unknown> }

let prompt: Prompt | undefined
let explaining = false
const listeners = new Set<() => void>()
const changed = () => listeners.forEach((listener) => listener())
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

// Told once, and early. Our own place for it is the menu; a browser's bar would come in the middle of an answer.
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  prompt = event as Prompt
  changed()
})
addEventListener('appinstalled', () => {
  prompt = undefined
  changed()
})

export const isInstalled = (): boolean => matchMedia('(display-mode: standalone), (display-mode: minimal-ui)').matches || (navigator as { standalone?: boolean }).standalone === true

/** How this browser makes an app of the panel: it asks by itself, or the person does it from a menu. Null where it can't, or has. */
export type Way = 'ask' | 'ios' | 'mac' | null

function way(): Way {
  if (prompt) return 'ask'
  const { userAgent, maxTouchPoints } = navigator
  if (isInstalled()) return null
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)) return 'ios'
  return /Macintosh.*Version\/(1[7-9]|[2-9]\d).*Safari/.test(userAgent) ? 'mac' : null
}

export const useWay = (): Way => useSyncExternalStore(subscribe, way)
export const useExplaining = (): boolean => useSyncExternalStore(subscribe, () => explaining)

export function explain(on: boolean): void {
  explaining = on
  changed()
}

/** Installs, by the browser's own question or by telling how. */
export function install(): void {
  if (!prompt) return explain(true)
  // A question can be asked once; whoever says no finds it again after the next start.
  void prompt.prompt().catch(() => {})
  prompt = undefined
  changed()
}
