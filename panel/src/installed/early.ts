/** What can't wait for the rest of this folder, which is loaded when the first screen stands. */

/** The first script of this page's version. */
export const script = new URL(import.meta.url).pathname

/** For as long as this window lives, what its version is made of is kept (worker/shell.ts). */
export function holdVersion(): void {
  void navigator.locks?.request(`panel ${script}`, { mode: 'shared' }, () => new Promise(() => {}))
}

export type Prompt = Event & { prompt(): Promise<unknown> }

/** The browser's offer to install, and who wants to know of it. */
export const offered: { prompt?: Prompt; changed?: () => void } = {}

const take = (prompt: Prompt | undefined) => {
  offered.prompt = prompt
  offered.changed?.()
}

// Told once, and early. Our own place for it is the menu; a browser's bar would come in the middle of an answer.
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  take(event as Prompt)
})
addEventListener('appinstalled', () => take(undefined))
