import { useSyncExternalStore } from 'react'

/** Two switches of this browser, and what the browser itself allows. */
const listeners = new Set<() => void>()
/** What the browser allows, asked once: each question to it costs ten milliseconds, and this is read with every render. */
let allowed: Permission | undefined
const changed = () => {
  allowed = undefined
  listeners.forEach((listener) => listener())
}
// Whoever changes it in the browser's own settings comes back to the window afterwards.
addEventListener('focus', changed)
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const SOUND = 'panel.sound'
const NOTICES = 'panel.notices'
const LATER = 'panel.notices.later'

const isOn = (key: string) => localStorage.getItem(key) !== 'off'
const set = (key: string) => (on: boolean) => {
  localStorage.setItem(key, on ? 'on' : 'off')
  changed()
}

export type Permission = NotificationPermission | 'unsupported'
export const permission = (): Permission => ('Notification' in window ? Notification.permission : 'unsupported')
const known = (): Permission => (allowed ??= permission())
export const soundOn = () => isOn(SOUND)
export const noticesOn = () => permission() === 'granted' && isOn(NOTICES)

export const useSound = () => [useSyncExternalStore(subscribe, soundOn), set(SOUND)] as const
export const useNotices = () => [useSyncExternalStore(subscribe, () => isOn(NOTICES)), set(NOTICES)] as const

export function usePermission() {
  const ask = () => void Notification.requestPermission().then(changed)
  return [useSyncExternalStore(subscribe, known), ask] as const
}

/** Whether to offer notifications: not allowed or refused yet, and not put off. */
export function useOffer() {
  const offered = useSyncExternalStore(subscribe, () => known() === 'default' && localStorage.getItem(LATER) === null)
  const later = () => {
    localStorage.setItem(LATER, new Date().toISOString())
    changed()
  }
  return [offered, later] as const
}
