import { useEffect, useRef, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { shown } from '../forms/draft'
import type { Form } from '../forms/types'
import type { TriedWidget, WidgetSettings } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Select } from '../people/fields'
import { useWords, type Language } from '../words/words'
import css from './looks.module.css'

type State = 'closed' | 'open' | 'talk' | 'form' | 'offline'
type Props = { settings: WidgetSettings; tried: (found: TriedWidget | undefined) => void }

/** The real widget in a frame of its own, with what is not saved yet: how it will be, in any state. */
export function Preview({ settings, tried }: Props) {
  const { t, language: spoken } = useWords()
  const live = useLive()
  const company = useFact((state) => state.session?.application.name ?? '')
  const agents = useFact((state) => state.agents)
  const [device, setDevice] = useState('computer')
  const [theme, setTheme] = useState('light')
  const [language, setLanguage] = useState<Language>(spoken)
  const [state, setState] = useState<State>('open')
  const [ready, setReady] = useState(0)
  const frame = useRef<HTMLIFrameElement>(null)
  const asked = settings.theme === 'auto' ? { ...settings, theme: theme as WidgetSettings['theme'] } : settings
  const later = useLater(asked)
  const { data } = useQuery({ queryKey: ['widget try', later], queryFn: ({ signal }) => live.rest<TriedWidget>('POST', 'widgets/try', { settings: later }, signal), placeholderData: (before) => before, retry: false, staleTime: 60_000 })
  const { data: form } = useQuery({ queryKey: ['widget form', settings.form], queryFn: ({ signal }) => live.rest<Form>('GET', `forms/${settings.form}`, undefined, signal), enabled: settings.form !== null, staleTime: 30_000 })
  useEffect(() => tried(data), [data, tried])
  useEffect(() => {
    const hear = ({ source, data: said }: MessageEvent) => {
      if (source === frame.current?.contentWindow && said === 'ready') setReady((count) => count + 1)
    }
    addEventListener('message', hear)
    return () => removeEventListener('message', hear)
  }, [])
  const dark = asked.theme === 'dark'
  useEffect(() => {
    if (!ready || !data) return
    const { look } = data
    frame.current?.contentWindow?.postMessage({
      look: { ...look, rules: undefined, hidden: settings.launcher === 'none' || undefined, logo: look.logo && new URL(look.logo, location.origin).href },
      state, language, company, theme: dark ? 'dark' : 'light', form: form && shown(form, language),
      agents: agents.slice(0, 3).map(({ id, name }) => ({ id, name })),
      talk: [t('looks.sample.1'), t('looks.sample.2'), t('looks.sample.3'), t('looks.sample.4')],
    }, '*') // It has no origin; what it is told stands on the website anyway.
  }, [ready, data, state, language, company, agents, form, dark, settings.launcher, t])
  const states: State[] = ['closed', 'open', 'talk', ...(settings.form !== null ? ['form' as const] : []), 'offline']
  const words: Record<State, string> = { closed: t('looks.closed'), open: t('looks.open'), talk: t('looks.talk'), form: t('looks.form'), offline: t('looks.offline') }
  return (
    <div className={css.preview}>
      <div className={css.tools}>
        <Select label={t('looks.state')} value={state} pick={(value) => setState(value as State)}>{states.map((each) => <option key={each} value={each}>{words[each]}</option>)}</Select>
        <Select label={t('looks.device')} value={device} pick={setDevice}><option value="computer">{t('looks.computer')}</option><option value="phone">{t('looks.phone')}</option></Select>
        {settings.theme === 'auto' && <Select label={t('looks.theme')} value={theme} pick={setTheme}><option value="light">{t('looks.light')}</option><option value="dark">{t('looks.dark')}</option></Select>}
        <Select label={t('looks.language')} value={language} pick={(value) => { setReady(0); setLanguage(value as Language) }}><option value="en">English</option><option value="pl">Polski</option></Select>
      </div>
      <iframe key={language} ref={frame} className={css.frame} data-device={device} title={t('looks.preview')} src="/look.html" sandbox="allow-scripts" />
    </div>
  )
}

/** A value a moment after it has come to rest: the server is not asked for each letter. */
function useLater<Value>(value: Value): Value {
  const [later, setLater] = useState(value)
  const text = JSON.stringify(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(JSON.parse(text) as Value), 200)
    return () => clearTimeout(timer)
  }, [text])
  return later
}
