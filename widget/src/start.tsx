import { render } from './ui/draw'
import catalogue from 'words'
import { translator, type Catalogue } from '../shared/i18n'
import { createChat, type Chat } from './chat'
import { createFormats, type Formats } from './format'
import { watchNavigation } from './navigation'
import { createLaters, type Laters } from './later'
import type * as forms from './later/forms'
import { isRemembered } from './cookie'
import { createLooks, type Looks } from './looks'
import type { Options } from './options'
import type { Look } from '../shared/types'
import { App } from './ui/app'
import { mount, type Stage } from './ui/stage'
import type { Words } from './words'

export type { Options } from './options'

/** One call of the page: `userengage(…)`, or a function of `UE` by its name. */
export type Act = (name: string, args: unknown[]) => void

export type Start = (base: string, options: Options, landed: string, ask: Ask) => Act

/** Asks how the chat looks, once for each key. */
export type Ask = (options: Options) => Promise<Looks>

/** Put in by the build, with the catalogue `words` of the same language. */
declare const LANGUAGE: string

type Forms = typeof forms

/** What every part of the screen gets. */
export type Ui = { chat: Chat; words: Words; formats: Formats; stage: Stage; laters: Laters; look: () => Look | null }

export const start: Start = (base, options, landed, ask) => {
  /** The usual words; those that only a widget itself may say are empty. */
  const plain = { title: '', offlineIntro: '', launcher: '', ...catalogue }
  Object.assign(catalogue, plain)
  const told: Words = translator(catalogue as Catalogue, LANGUAGE)
  /** Words that a first chat can do without come with the first later chunk, which is fetched for them where need be. */
  const words: Words = (key, holes) => {
    if (key in catalogue) return told(key, holes)
    more().catch(() => {})
    return ''
  }
  let more: () => Promise<unknown>
  let withForms: (act: (forms: Forms, ui: Ui) => unknown) => void
  const formats = createFormats(LANGUAGE)
  let running: { chat: Chat; dress: () => void; stop: () => void } | null = null

  function begin(options: Options, url?: string): void {
    const stage = mount()
    let drawing = false
    // Nothing shows before it is known how: null hides the launcher.
    let worn: Look | null | undefined
    const wear = (look: Look | null): void => {
      if (look === worn) return
      worn = look
      if (look) {
        Object.assign(catalogue, plain, look.texts?.[LANGUAGE])
        stage.dress(look)
        if (look.selector && chat.isAgreed()) chat.setOpen(true)
      }
      redraw()
    }
    // However much happens at once, it is drawn once.
    const redraw = (): void => {
      if (drawing) return
      drawing = true
      queueMicrotask(() => {
        drawing = false
        if (!running || worn === undefined) return
        looks.look()
        render(<App ui={ui} />, stage.root)
        // Forms come only where the page has a place for one, or one is to show itself.
        if (chat.session()?.application.popups || document.querySelector('[data-switchboard-form]')) withForms(({ look }) => look(ui))
        if (laters.modals.now || chat.session()?.application.modals) laters.modals().then(({ look }) => look(ui), () => {})
        if (laters.calls.now || chat.rung[0] || chat.session()?.calls?.[0]) laters.calls().then(({ look }) => running && look(ui), () => {})
        if (chat.session()?.application.push) laters.push().then(({ look }) => look(ui), () => {})
      })
    }
    const laters = createLaters({ folder: `${base}widget/`, language: LANGUAGE, catalogue, adopt: stage.adopt, changed: redraw })
    more = laters.notices
    const chat = createChat({ base, options: { ...options }, words, laters, redraw })
    const ui: Ui = { chat, words, formats, stage, laters, look: () => worn ?? null }
    const looks = createLooks(chat, laters, wear)
    withForms = (act) => void laters.forms().then((forms) => running && act(forms, ui), () => {})
    document.addEventListener('DOMContentLoaded', redraw)
    const unwatch = watchNavigation(() => {
      stage.attach()
      chat.sendPage()
      redraw()
    })
    running = {
      chat,
      dress: () => void ask(chat.options).then(looks.choose),
      stop() {
        unwatch()
        looks.stop()
        laters.notices.now?.stopBlinking()
        laters.forms.now?.stop()
        laters.modals.now?.stop()
        laters.calls.now?.stop()
        chat.close()
        render(null, stage.root)
        stage.remove()
        running = null
      },
    }
    if (!chat.isAgreed() && isRemembered()) chat.forget() // They agreed before, and don't any more.
    chat.sendPage(url)
    if (url && url !== location.href) chat.sendPage()
    if ((options.state === 'expanded' && chat.isAgreed()) || chat.wasOpen()) chat.setOpen(true)
    running.dress()
  }

  /** Another person sits here, or one who does not want to be followed any more: what was kept goes. */
  function restart(options: Options): void {
    running!.chat.forget()
    running!.stop()
    begin(options)
  }

  function refresh(given: Options): void {
    if (!running) return
    const { chat } = running
    const next = { ...chat.options, ...given }
    if (chat.isAgreed() && !chat.isAgreed(next)) restart(next)
    else {
      chat.setOptions(given)
      if (given.look || given.widget) running.dress()
    }
  }

  const calls: Record<string, (given: Options) => void> = {
    init: (given) => (running ? refresh(given) : begin(given)),
    refresh,
    pageHit(given) {
      refresh(given)
      running?.chat.sendPage(given.URL as string | undefined)
      const event = given.event as { event_name: string } | undefined
      if (event) running?.chat.sendEvent(event.event_name, event)
    },
    resetAuth(given) {
      if (!running) return
      // The key, the consent and the callbacks are the page's; everything else was about the person before.
      const kept = Object.entries(running.chat.options).filter(([name]) => /Key$|^(consent|widget|look)$|^on[A-Z]/.test(name))
      restart({ ...Object.fromEntries(kept), ...given })
    },
    destroy: () => running?.stop(),
    'widget.open': () => running?.chat.setOpen(true),
    'widget.close': () => running?.chat.setOpen(false),
    'client.update': refresh,
    product_event: (given) => running?.chat.sendEvent(given.event_type as string, given),
  }

  begin(options, landed)
  return (name, args) => {
    const [first, second] = args
    if (name === 'form') return withForms(({ open }, ui) => open(ui, first as number))
    if (name === 'consent') return refresh({ consent: first ? 'given' : 'denied' })
    if (name !== 'userengage') return calls[name]?.((first ?? {}) as Options)
    const call = String(first)
    if (call.startsWith('event.')) running?.chat.sendEvent(call.slice(6), second as object)
    else calls[call]?.((second ?? {}) as Options)
  }
}
