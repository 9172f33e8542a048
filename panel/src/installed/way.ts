import { useSyncExternalStore } from 'react'
import { offered } from './early'

/** How this browser makes an app of the panel: it asks by itself, or the person does it from a menu. Null where it can't, or has. */
export type Way = 'ask' | 'ios' | 'mac' | null

let explaining = false
const listeners = new Set<() => void>()
const changed = () => listeners.forEach((listener) => listener())
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
offered.changed = changed

export const isInstalled = (): boolean =>
  matchMedia('(display-mode: standalone), (display-mode: minimal-ui)').matches || (navigator as { standalone?: boolean }).standalone === true

function way(): Way {
  if (offered.prompt) return 'ask'
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
  const { prompt } = offered
  if (!prompt) return explain(true)
  // A question can be asked once; whoever says no finds it again after the next start.
  void prompt.prompt().catch(() => {})
  offered.prompt = undefined
  changed()
}
