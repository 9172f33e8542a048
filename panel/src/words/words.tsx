import { translator, type Translate } from '@shared/i18n'
import { createContext, lazy, useContext, useEffect, useMemo, useState, type ComponentType, type ReactNode } from 'react'
import { CATALOGUES, fill, LANGUAGES, open, type Area, type Key, type Language } from './catalogues'

export { LANGUAGES, type Key, type Language }
export type T = Translate<Key>

const CHOICE = 'panel.language'

const chosen = (): Language | null => LANGUAGES.find((language) => language === localStorage.getItem(CHOICE)) ?? null

/** The first of the browser's languages that we speak. */
const preferred = (): Language =>
  navigator.languages.map((tag) => LANGUAGES.find((language) => tag.toLowerCase().startsWith(language))).find(Boolean) ?? 'en'

/** The browser's own flavour of the language (en-GB writes dates otherwise than en-US). */
const flavour = (language: Language): string => navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language

/** What is spoken, or will be as soon as its words are there. */
let wanted: Language = chosen() ?? preferred()

/** A part of the panel that is loaded when it is opened, together with the words that it needs; `ahead` does so before. */
export function area<Props>(load: () => Promise<{ default: ComponentType<Props> }>, ...areas: Area[]) {
  const get = () => loaded(load, areas)
  return Object.assign(lazy(get), { ahead: () => void get().catch(() => {}) })
}

/** The same for what works beside the screen: where it can't be loaded, the screen goes on without it. */
export function aside<Props>(load: () => Promise<{ default: ComponentType<Props> }>, ...areas: Area[]) {
  return lazy<ComponentType<Props>>(() => loaded(load, areas).catch(() => ({ default: () => null })))
}

/** Milliseconds until a part that did not come is asked for once more: the server may have been starting anew. */
const PAUSE = 1_500

async function loaded<Part>(load: () => Promise<Part>, areas: Area[], again = true): Promise<Part> {
  open(areas)
  try {
    const [part] = await Promise.all([load(), fill(wanted)])
    return part
  } catch (error) {
    // Without a network a part waits for it. With one, what fails twice is gone from the server.
    const alone = !navigator.onLine
    if (!alone && !again) throw error
    await new Promise((next) => alone ? addEventListener('online', next, { once: true }) : setTimeout(next, PAUSE))
    return loaded(load, areas, alone)
  }
}

type Words = { t: T; language: Language; locale: string; speak: (language: Language) => void }

const Context = createContext<Words | null>(null)

export function WordsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(wanted)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const words = useMemo<Words>(() => {
    const speak = (next: Language) => {
      localStorage.setItem(CHOICE, next)
      wanted = next
      // Without a network the words that are missing show their keys; the rest is better than the wrong language.
      void fill(next).catch(() => {}).then(() => wanted === next && setLanguage(next))
    }
    return { t: translator(CATALOGUES[language], language) as T, language, locale: flavour(language), speak }
  }, [language])
  return <Context.Provider value={words}>{children}</Context.Provider>
}

export function useWords(): Words {
  const words = useContext(Context)
  if (!words) throw new Error('used outside of WordsProvider')
  return words
}
