import { useEffect, useState } from 'react'

export type Device = 'microphone' | 'speaker' | 'ring'
export type Devices = Record<Device, string>

const CHOSEN = 'panel.calls.devices'
const USUAL: Devices = { microphone: '', speaker: '', ring: '' }

/** The devices that this browser was told to use; an empty id is the system's own choice. */
export function devices(): Devices {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(CHOSEN) ?? '{}') }
  } catch {
    return USUAL
  }
}

/** Remembers a device for the next calls. */
export function choose(device: Device, id: string): void {
  localStorage.setItem(CHOSEN, JSON.stringify({ ...devices(), [device]: id }))
}

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

/** What is plugged in, by kind; kept true while something is plugged in or out. */
export function useDevices(): { inputs: MediaDeviceInfo[]; outputs: MediaDeviceInfo[] } {
  const [found, setFound] = useState<MediaDeviceInfo[]>([])
  useEffect(() => {
    const { mediaDevices } = navigator
    const look = () => void mediaDevices?.enumerateDevices().then(setFound, () => {})
    look()
    mediaDevices?.addEventListener('devicechange', look)
    return () => mediaDevices?.removeEventListener('devicechange', look)
  }, [])
  // Without the permission they have no ids: nothing to choose from.
  const of = (kind: MediaDeviceKind) => found.filter((device) => device.kind === kind && device.deviceId && device.deviceId !== 'default')
  return { inputs: of('audioinput'), outputs: of('audiooutput') }
}
