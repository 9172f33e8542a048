import { render } from 'preact'
import catalogue from 'words'
import { translator, type Catalogue } from '../shared/i18n'
import { createChat, type Chat } from './chat'
import { createFormats, type Formats } from './format'
import { watchNavigation } from './navigation'
import { createLaters, type Laters } from './later'
import type { Options } from './options'
import { App } from './ui/app'
import { mount, type Stage } from './ui/stage'
import type { Words } from './words'

export type { Options } from './options'

/** One call of the page: `userengage(…)`, or a function of `UE` by its name. */
export type Act = (name: string, args: unknown[]) => void

export type Start = (base: string, options: Options) => Act

/** Put in by the build, with the catalogue `words` of the same language. */
declare const LANGUAGE: string

/** What every part of the screen gets. */
export type Ui = { chat: Chat; words: Words; formats: Formats; stage: Stage; laters: Laters }

export const start: Start = (base, options) => {
  const words: Words = translator(catalogue as Catalogue, LANGUAGE)
  const formats = createFormats(LANGUAGE)
  let running: { chat: Chat; stop: () => void } | null = null

  function begin(options: Options): void {
    const stage = mount()
    let drawing = false
    // However much happens at once, it is drawn once.
    const redraw = (): void => {
      if (drawing) return
      drawing = true
      queueMicrotask(() => {
        drawing = false
        if (running) render(<App ui={ui} />, stage.root)
      })
    }
    const laters = createLaters({ folder: `${base}widget/`, language: LANGUAGE, catalogue, adopt: stage.adopt, changed: redraw })
    const chat = createChat({ base, options: { ...options }, words, laters, redraw })
    const ui: Ui = { chat, words, formats, stage, laters }
    const unwatch = watchNavigation(() => {
      stage.attach()
      chat.sendPage()
    })
    running = {
      chat,
      stop() {
        unwatch()
        laters.notices.now?.stopBlinking()
        chat.close()
        render(null, stage.root)
        stage.remove()
        running = null
      },
    }
    if (options.state === 'expanded' || chat.wasOpen()) chat.setOpen(true)
    redraw()
  }

  const calls: Record<string, (given: Options) => void> = {
    init: (given) => (running ? running.chat.setOptions(given) : begin(given)),
    refresh: (given) => running?.chat.setOptions(given),
    pageHit(given) {
      running?.chat.setOptions(given)
      running?.chat.sendPage()
    },
    resetAuth(given) {
      if (!running) return
      // The key and the callbacks are the page's; everything else was about the person before.
      const kept = Object.entries(running.chat.options).filter(([name]) => /Key$|^on[A-Z]/.test(name))
      running.chat.forget()
      running.stop()
      begin({ ...Object.fromEntries(kept), ...given })
    },
    destroy: () => running?.stop(),
    'widget.open': () => running?.chat.setOpen(true),
    'widget.close': () => running?.chat.setOpen(false),
    'client.update': (given) => running?.chat.setOptions(given),
    // 'event.…' and 'product_event': the server has no command for them yet, so they end here without harm.
  }

  begin(options)
  return (name, args) => {
    const [first, second] = args
    if (name === 'userengage') calls[String(first)]?.((second ?? {}) as Options)
    else calls[name]?.((first ?? {}) as Options)
  }
}
