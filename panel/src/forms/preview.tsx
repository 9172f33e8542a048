import { useMantineColorScheme } from '@mantine/core'
import { formStyles } from '@shared/form/styles'
import type { FormWords } from '@shared/form/fields'
import { drawForm } from '@shared/form/view'
import { translator } from '@shared/i18n'
import en from '@shared/locales/en/form.json'
import pl from '@shared/locales/pl/form.json'
import { useEffect, useMemo, useRef } from 'react'
import type { Language } from '../words/words'
import { shown } from './draft'
import type { Draft } from './types'

const WORDS: Record<Language, FormWords> = { en: translator(en, 'en'), pl: translator(pl, 'pl') }

/** The form as people will see it: drawn by the very code that draws it on a website. */
export function Preview({ draft, language, label }: { draft: Draft; language: Language; label: string }) {
  const place = useRef<HTMLDivElement>(null)
  const { colorScheme } = useMantineColorScheme()
  const scheme = colorScheme === 'auto' ? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') : colorScheme
  const form = useMemo(() => shown(draft, language), [draft, language])
  useEffect(() => {
    const host = place.current!
    const shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(formStyles(scheme))
    shadow.adoptedStyleSheets = [sheet]
    const root = document.createElement('div')
    root.className = 'root'
    root.style.setProperty('--width', `${form.look.width}px`)
    root.style.setProperty('--radius', `${form.look.radius}px`)
    if (form.look.accent) root.style.setProperty('--accent', form.look.accent)
    root.append(drawForm({ form, words: WORDS[language], language }))
    shadow.replaceChildren(root)
  }, [form, language, scheme])
  return <div ref={place} role="group" aria-label={label} lang={language} />
}
