import { Button, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useState } from 'react'
import type { ApplicationProfile } from '../live/api-types'
import { useWords } from '../words/words'
import { useChange } from './application'
import page from './application.module.css'
import own from './privacy.module.css'
import css from './settings.module.css'

/** The websites that may show the chat; without any of them all may, which is worth a warning. */
export function Sites({ of }: { of: ApplicationProfile }) {
  const { t } = useWords()
  const { busy, refused, change } = useChange()
  const [site, setSite] = useState('')
  const add = async () => {
    // What is copied from the address bar has a path; only its beginning counts.
    const origin = /^https?:\/\/[^/\s]+/i.exec(site.trim())?.[0] ?? site.trim()
    if (await change({ origins: [...of.origins, origin] })) setSite('')
  }
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('application.sites')}</h3>
      <p className={css.note}>{t('application.sitesWhy')}</p>
      {of.origins.length === 0 && <p className={page.warning} role="status"><IconAlertTriangle size={18} aria-hidden="true" /><span>{t('application.anySite')}</span></p>}
      {of.origins.length > 0 && (
        <ul className={css.rows} aria-label={t('application.sites')}>
          {of.origins.map((origin) => (
            <li key={origin} className={css.row}>
              <span className={css.lines}><strong>{origin}</strong></span>
              <Button size="compact-md" variant="default" disabled={busy} aria-label={t('application.removeSite', { name: origin })}
                onClick={() => void change({ origins: of.origins.filter((each) => each !== origin) })}>{t('delete')}</Button>
            </li>
          ))}
        </ul>
      )}
      <form className={page.adds} onSubmit={(event) => { event.preventDefault(); if (site.trim() && !busy) void add() }}>
        <TextInput className={page.wide} label={t('application.addSite')} placeholder={t('application.siteExample')} value={site} inputMode="url" maxLength={500} error={refused || undefined} onChange={(event) => setSite(event.currentTarget.value)} />
        <Button type="submit" variant="default" loading={busy} disabled={!site.trim()}>{t('application.add')}</Button>
      </form>
    </section>
  )
}
