import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAsked } from '../access/data'
import type { ApplicationProfile, SecondFactors } from '../live/api-types'
import { Dialog } from '../parts/dialog'
import { useWords } from '../words/words'
import { useChange } from './application'
import page from './application.module.css'
import own from './privacy.module.css'
import css from './settings.module.css'

const plain = (name: string) => name.trim().replace(/\s+/g, ' ')

/** The end of the application: ordered with its name and a password, taken back with one click until its day. */
export function Deletion({ of }: { of: ApplicationProfile }) {
  const { t, locale } = useWords()
  const { busy, refused, ask } = useChange()
  const [asking, setAsking] = useState(false)
  const days = Math.round(of.deletion_days)
  return (
    <section className={own.section}>
      <h3 className={own.title}>{t('application.delete')}</h3>
      <div className={page.danger}>
        {of.deletion ? (
          <>
            <p><strong>{t('application.going', { name: of.name, when: new Date(of.deletion.at).toLocaleString(locale, { dateStyle: 'long', timeStyle: 'short' }) })}</strong></p>
            <p className={css.note}>{t('application.goingBy', { by: of.deletion.by })}</p>
            {refused && <p className={own.error} role="alert">{refused}</p>}
            <Button loading={busy} onClick={() => void ask('DELETE', 'application/deletion', undefined, 'application.kept')}>{t('application.keep')}</Button>
          </>
        ) : (
          <>
            <p>{days ? t('application.deleteWhat', { n: days }) : t('application.deleteNow')}</p>
            <Button color="red" variant="outline" onClick={() => setAsking(true)}>{t('application.deleteAct', { name: of.name })}</Button>
          </>
        )}
      </div>
      {asking && <Order of={of} close={() => setAsking(false)} />}
    </section>
  )
}

function Order({ of, close }: { of: ApplicationProfile; close: () => void }) {
  const { t } = useWords()
  const { busy, refused, ask } = useChange()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  // Who only comes by single sign-on has none.
  const has = useAsked<SecondFactors>('profile/second').data?.password !== false
  const ready = plain(name) === plain(of.name) && (!has || password !== '')
  const order = async () => {
    if (await ask('POST', 'application/deletion', { name, password }, 'application.deleted')) close()
  }
  return (
    <Dialog opened onClose={close} title={t('application.deleteTitle', { name: of.name })}>
      <form className={page.form} onSubmit={(event) => { event.preventDefault(); if (ready && !busy) void order() }}>
        <TextInput label={t('application.deleteConfirm')} description={of.name} value={name} autoComplete="off" data-autofocus onChange={(event) => setName(event.currentTarget.value)} />
        {has && <PasswordInput label={t('application.deletePassword')} value={password} autoComplete="current-password" visibilityToggleButtonProps={{ 'aria-hidden': true }} onChange={(event) => setPassword(event.currentTarget.value)} />}
        {refused && <p className={own.error} role="alert">{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" color="red" loading={busy} disabled={!ready}>{t('application.deleteOrder')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
