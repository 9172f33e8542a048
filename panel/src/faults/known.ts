import type { State } from '../live/state'

/** What the browser knows by itself about a fault. */
const KEPT = 'panel.errors'
const MOST = 20

type Agent = { platform?: string; mobile?: boolean; getHighEntropyValues?: (names: string[]) => Promise<Record<string, unknown>> }

/** The last errors of this window, also of the page before it: the one that broke is gone by now. */
export const errors = (): string[] => JSON.parse(sessionStorage.getItem(KEPT) ?? '[]') as string[]

const note = (text: string) => {
  const line = `${new Date().toISOString()} ${text}`.slice(0, 2_000)
  sessionStorage.setItem(KEPT, JSON.stringify([...errors(), line].slice(-MOST)))
}

let recording = false

/** Keep errors from now on. */
export function record(): void {
  if (recording) return
  recording = true
  addEventListener('error', ({ message, filename, lineno }) => note(`${message} (${filename}:${lineno})`))
  addEventListener('unhandledrejection', ({ reason }) => note(`unhandled: ${String(reason)}`))
  const said = console.error
  console.error = (...parts: unknown[]) => {
    note(parts.map(String).join(' '))
    said(...parts)
  }
}

/** The last calls of this page, with how long they took. What was asked for is no secret; what it carried is not told. */
const requests = () => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/')).slice(-15)
  .map((entry) => `${new URL(entry.name).pathname} ${(entry as PerformanceResourceTiming).responseStatus ?? ''} ${Math.round(entry.duration)} ms`.slice(0, 200))

/** System and version out of what browsers tell of themselves. */
export async function device() {
  const { userAgent } = navigator
  const hints = (navigator as { userAgentData?: Agent }).userAgentData
  const told = await hints?.getHighEntropyValues?.(['platformVersion', 'model']).catch(() => ({})) as { platformVersion?: string; model?: string } | undefined
  const found = /(Windows NT|Android|Mac OS X|iPhone OS|CrOS|Linux)[ _]?([\d._]*)/.exec(userAgent)
  return {
    device: told?.model || (hints?.mobile || /Mobi/.test(userAgent) ? 'Mobile' : 'Desktop'),
    system: hints?.platform || found?.[1] || navigator.platform,
    version: (told?.platformVersion || found?.[2] || '').replaceAll('_', '.'),
    browser: userAgent.slice(0, 500),
    screen: `${screen.width}×${screen.height} (${innerWidth}×${innerHeight} @ ${devicePixelRatio})`,
    language: navigator.language,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}

const built = () => document.querySelector<HTMLScriptElement>('script[type=module]')?.src.split('/').pop() ?? ''

export const trace = (from: string, state: State) => ({
  url: from.slice(0, 2_000),
  panel: built().slice(0, 200),
  connection: `${state.phase}, ${navigator.onLine ? 'network' : 'no network'}, ${state.outbox.length} waiting`,
  errors: errors(),
  requests: requests(),
})

/** A picture small enough to travel with the report. */
export async function shrunk(file: File): Promise<string> {
  const image = await createImageBitmap(file)
  const scale = Math.min(1, 1_600 / Math.max(image.width, image.height))
  const canvas = new OffscreenCanvas(Math.round(image.width * scale), Math.round(image.height * scale))
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.75 })
  return new Promise((done, failed) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result))
    reader.onerror = () => failed(reader.error ?? new Error('unreadable'))
    reader.readAsDataURL(blob)
  })
}
