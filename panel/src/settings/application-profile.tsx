import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ApplicationProfile } from '../live/api-types'
import { LANGUAGES, useWords } from '../words/words'
import { useChange } from './application'
import own from './privacy.module.css'
import css from './settings.module.css'

/** Zones as the browser knows them, and the one that is kept in any case. */
const zones = (kept: string) => [...new Set([kept, 'UTC', ...Intl.supportedValuesOf('timeZone')])]

/** Name, language, time zone and website. */
export function Profile({ of }: { of: ApplicationProfile }) {
  const { t } = useWords()
  const { busy, refused, change } = useChange()
  const was = { name: of.name, locale: of.locale, zone: of.zone, website: of.website }
  const [now, setNow] = useState(was)
  const set = (some: Partial<typeof was>) => setNow({ ...now, ...some })
  const same = JSON.stringify(now) === JSON.stringify(was)
  return (
    <form className={own.section} onSubmit={(event) => { event.preventDefault(); if (!same) void change(now) }}>
      <h3 className={own.title}>{t('application.profile')}</h3>
      <TextInput label={t('application.name')} description={t('application.nameWhy')} value={now.name} maxLength={100} required withAsterisk={false} onChange={(event) => set({ name: event.currentTarget.value })} />
      <NativeSelect label={t('application.language')} description={t('application.languageWhy')} value={now.locale} onChange={(event) => set({ locale: event.currentTarget.value })}
        data={LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) }))} />
      <NativeSelect label={t('application.zone')} value={now.zone} onChange={(event) => set({ zone: event.currentTarget.value })} data={zones(of.zone)} />
      <TextInput label={t('application.website')} description={t('application.websiteWhy')} value={now.website} maxLength={500} inputMode="url" onChange={(event) => set({ website: event.currentTarget.value })} />
      {refused && <p className={own.error} role="alert">{refused}</p>}
      <div className={css.foot}><Button type="submit" loading={busy} disabled={same || !now.name.trim()}>{t('save')}</Button></div>
    </form>
  )
}
