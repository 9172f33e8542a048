import { useEffect, useState, useSyncExternalStore } from 'react'

export type Device = 'microphone' | 'speaker' | 'ring'
export type Devices = Record<Device, string>

const CHOSEN = 'panel.calls.devices'
const USUAL: Devices = { microphone: '', speaker: '', ring: '' }
const listeners = new Set<() => void>()

/** The devices that this browser was told to use; an empty id is the system's own choice. */
export function devices(): Devices {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(CHOSEN) ?? '{}') }
  } catch {
    return USUAL
  }
}

/** Remembers a device: for the call that goes on, in another window too, and for the next ones. */
export function choose(device: Device, id: string): void {
  localStorage.setItem(CHOSEN, JSON.stringify({ ...devices(), [device]: id }))
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', listener)
  }
}

/** The device that is chosen, as soon as another one is. */
export const useChosen = (device: Device): string => useSyncExternalStore(subscribe, () => devices()[device])

/** Whether the browser will ask the person for the microphone, and so deserves a word before it does. */
export async function willAsk(): Promise<boolean> {
  const found = await navigator.permissions?.query({ name: 'microphone' as PermissionName }).catch(() => undefined)
  return found?.state === 'prompt'
}

type Sink = HTMLMediaElement & { setSinkId?: (id: string) => Promise<void> }

/** Whether this browser can play calls somewhere else than everything. */
export const canChooseSpeaker = 'setSinkId' in HTMLMediaElement.prototype

/** Lets a sound come out of a device; where that is unplugged, out of the usual one. */
export function playOn(element: HTMLMediaElement, id: string): void {
  void (element as Sink).setSinkId?.(id).catch(() => (element as Sink).setSinkId?.('').catch(() => {}))
}

/** What is plugged in, by kind; kept true while something is plugged in or out. `lent`: the browser names them from then on. */
export function useDevices(lent: boolean): { inputs: MediaDeviceInfo[]; outputs: MediaDeviceInfo[] } {
  const [found, setFound] = useState<MediaDeviceInfo[]>([])
  useEffect(() => {
    const { mediaDevices } = navigator
    const look = () => void mediaDevices?.enumerateDevices().then(setFound, () => {})
    look()
    mediaDevices?.addEventListener('devicechange', look)
    return () => mediaDevices?.removeEventListener('devicechange', look)
  }, [lent])
  // Without the permission they have no ids: nothing to choose from.
  const of = (kind: MediaDeviceKind) => found.filter((device) => device.kind === kind && device.deviceId && device.deviceId !== 'default')
  return { inputs: of('audioinput'), outputs: of('audiooutput') }
}
