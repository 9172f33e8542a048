import { light } from '@shared/tokens'
import type { ReactNode } from 'react'
import { Many, NumberField, Select, Text } from '../people/fields'
import { useLists, useTags } from '../people/names'
import { useWords, type Language } from '../words/words'
import css from './forms.module.css'
import { Pick } from './pick'
import { Said } from './said'
import { Tick } from './tick'
import type { Display, Draft } from './types'

type Props = { draft: Draft; change: (part: Partial<Draft>) => void }
type WithWords = Props & { language: Language }

const DISPLAYS: Display[] = ['inline', 'popup']
const ONCE = ['visitor', 'session', 'page'] as const

function Part({ title, children }: { title: string; children: ReactNode }) {
  return <fieldset className={css.part}><legend>{title}</legend>{children}</fieldset>
}

/** What stands above and below the questions. */
export function Texts({ draft, change, language }: WithWords) {
  const { t } = useWords()
  return (
    <Part title={t('form.texts')}>
      <Said label={t('form.title')} text={draft.title} language={language} write={(title) => change({ title })} />
      <Said label={t('form.intro')} text={draft.intro} language={language} write={(intro) => change({ intro })} long />
      <Said label={t('form.button')} text={draft.button} language={language} write={(button) => change({ button })} />
    </Part>
  )
}

/** What people see then, and what becomes of them. */
export function AfterSending({ draft, change, language }: WithWords) {
  const { t } = useWords()
  const tags = useTags()
  const lists = useLists()
  const { success } = draft
  return (
    <Part title={t('form.after')}>
      <Said label={t('form.thanks')} text={success.text} language={language} write={(text) => change({ success: { ...success, text } })} long />
      <label className={css.labelled}><span>{t('form.redirect')}</span>
        <Text label={t('form.redirect')} type="url" placeholder="https://" value={success.redirect} write={(redirect) => change({ success: { ...success, redirect } })} /></label>
      <label className={css.labelled}><span>{t('form.tags')}</span>
        <Many label={t('form.tags')} values={draft.tags} placeholder={t('form.tagsHint')} offers={tags?.map(({ name }) => name)} write={(next) => change({ tags: next.slice(0, 20) })} /></label>
      {lists && lists.length > 0 && (
        <fieldset className={css.ticks}>
          <legend>{t('form.lists')}</legend>
          {lists.map(({ id, name }) => (
            <Tick key={id} label={name} on={draft.lists.includes(id)} turn={(on) => change({ lists: on ? [...draft.lists, id] : draft.lists.filter((each) => each !== id) })} />
          ))}
        </fieldset>
      )}
    </Part>
  )
}

/** Whether a mail asks for a confirmation, and what it says. */
export function Letter({ draft, change, language }: WithWords) {
  const { t } = useWords()
  const { letter, double_opt_in } = draft
  return (
    <Part title={t('form.doubleOptIn')}>
      <Tick label={t('form.askByMail')} on={double_opt_in} turn={(on) => change({ double_opt_in: on })}>{t('form.askByMailHint')}</Tick>
      {double_opt_in && (
        <>
          <Said label={t('form.letterSubject')} text={letter.subject} language={language} write={(subject) => change({ letter: { ...letter, subject } })} placeholder={t('form.letterUsual')} />
          <Said label={t('form.letterText')} text={letter.text} language={language} write={(text) => change({ letter: { ...letter, text } })} placeholder={t('form.letterUsual')} long />
        </>
      )}
    </Part>
  )
}

/** Where it shows, when, and how it looks. */
export function Appearance({ draft, change }: Props) {
  const { t } = useWords()
  const { look, popup } = draft
  const setLook = (part: Partial<Draft['look']>) => change({ look: { ...look, ...part } })
  const setPopup = (part: Partial<Draft['popup']>) => change({ popup: { ...popup, ...part } })
  return (
    <>
      <Part title={t('form.where')}>
        <Pick label={t('form.where')} value={draft.display} pick={(display) => change({ display })}
          options={DISPLAYS.map((each) => ({ value: each, label: t(`form.display.${each}`) }))} />
        {draft.display === 'popup' && (
          <>
            <div className={css.pair}>
              <label className={css.labelled}><span>{t('form.delay')}</span><NumberField label={t('form.delay')} min={0} max={3600} value={popup.delay ?? undefined} write={(delay) => setPopup({ delay: delay ?? null })} /></label>
              <label className={css.labelled}><span>{t('form.scroll')}</span><NumberField label={t('form.scroll')} min={1} max={100} value={popup.scroll ?? undefined} write={(scroll) => setPopup({ scroll: scroll ?? null })} /></label>
            </div>
            <Tick label={t('form.leaving')} on={popup.leaving} turn={(leaving) => setPopup({ leaving })} />
            <label className={css.labelled}><span>{t('form.urls')}</span><Many label={t('form.urls')} values={popup.urls} placeholder="https://shop.example/*" write={(urls) => setPopup({ urls })} /></label>
            <label className={css.labelled}><span>{t('form.once')}</span>
              <Select label={t('form.once')} value={popup.once} pick={(once) => setPopup({ once: once as Draft['popup']['once'] })}>
                {ONCE.map((each) => <option key={each} value={each}>{t(`form.once.${each}`)}</option>)}
              </Select></label>
          </>
        )}
      </Part>
      <Part title={t('form.look')}>
        <div className={css.pair}>
          <label className={css.labelled}><span>{t('form.accent')}</span>
            <span className={css.colour}>
              <input type="color" className={css.swatch} aria-label={t('form.accent')} value={look.accent || light.accent} onChange={(event) => setLook({ accent: event.currentTarget.value })} />
              {look.accent ? <button type="button" className={css.plain} onClick={() => setLook({ accent: '' })}>{t('form.accentUsual')}</button> : <span className={css.hint}>{t('form.accentSite')}</span>}
            </span></label>
          <label className={css.labelled}><span>{t('form.width')}</span><NumberField label={t('form.width')} min={240} max={960} step={20} value={look.width} write={(width) => setLook({ width: Math.min(960, Math.max(240, Math.round(width ?? 440))) })} /></label>
          <label className={css.labelled}><span>{t('form.radius')}</span><NumberField label={t('form.radius')} min={0} max={32} value={look.radius} write={(radius) => setLook({ radius: Math.min(32, Math.max(0, Math.round(radius ?? 12))) })} /></label>
        </div>
      </Part>
    </>
  )
}
