import { translator, type Translate } from '@shared/i18n'
import en from '@shared/locales/en/panel.json'
import pl from '@shared/locales/pl/panel.json'
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'

export const LANGUAGES = ['en', 'pl'] as const
export type Language = (typeof LANGUAGES)[number]
export type Key = keyof typeof en
export type T = Translate<Key>

const CATALOGUES = { en, pl }
const CHOICE = 'panel.language'

const chosen = (): Language | null => LANGUAGES.find((language) => language === localStorage.getItem(CHOICE)) ?? null

/** The first of the browser's languages that we speak. */
const spoken = (): Language =>
  navigator.languages.map((tag) => LANGUAGES.find((language) => tag.toLowerCase().startsWith(language))).find(Boolean) ?? 'en'

/** The browser's own flavour of the language (en-GB writes dates otherwise than en-US). */
const flavour = (language: Language): string => navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language

type Words = { t: T; language: Language; locale: string; speak: (language: Language) => void }

const Context = createContext<Words | null>(null)

export function WordsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => chosen() ?? spoken())
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const words = useMemo<Words>(() => {
    const speak = (next: Language) => {
      localStorage.setItem(CHOICE, next)
      setLanguage(next)
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
