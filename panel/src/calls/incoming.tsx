import { Button } from '@mantine/core'
import { IconPhone, IconPhoneOff } from '@tabler/icons-react'
import type { Call } from '@shared/types'
import { useEffect, useRef } from 'react'
import { useFact } from '../live/context'
import { Face } from '../parts/face'
import { Keys } from '../parts/keys'
import { usePersonData } from '../person/person-data'
import { useWords } from '../words/words'
import css from './calls.module.css'
import type { Phone } from './phone'
import { trouble } from './trouble'
import { givenBy, usePhone } from './use-phone'

/** Who calls and from where, over whatever is on the screen. It moves nothing and takes no focus from whoever is writing. */
export function Incoming({ call, phone, more }: { call: Call; phone: Phone; more: number }) {
  const { t } = useWords()
  const { failed, busy } = usePhone(phone)
  const take = useRef<HTMLButtonElement>(null)
  const { id = 0, name = '' } = call.contact ?? {}
  const given = givenBy(call)
  const back = useFact((state) => given !== undefined && given === state.session?.agent.name)
  useEffect(() => {
    // Whoever has no place of their own, Enter takes the call.
    const { activeElement } = document
    if (!activeElement || activeElement === document.body) take.current?.focus({ preventScroll: true })
  }, [])
  return (
    <section className={css.card} aria-label={t('calls.rings', { name })}>
      <Face id={id} name={name} size="large" />
      <div className={css.cardBody}>
        <div className={css.who}>
          <strong className={css.name}>{name}</strong>
          <span className={css.more}>{call.consult ? t('calls.wantsToAsk', { name: call.agent?.name ?? '' }) : back ? t('calls.comesBack') : given ? t('calls.givenBy', { name: given }) : t('calls.incoming')}<From contact={id} /></span>
          {more > 0 && <span className={css.more}>{t('calls.moreRing', { n: more })}</span>}
          {busy && <span className={css.more}>{t('calls.microphone.asking')}</span>}
          {failed !== null && <span className={css.failed} role="alert">{trouble(failed, t)}</span>}
        </div>
        <div className={css.acts}>
          <Button ref={take} className={css.take} loading={busy} leftSection={<IconPhone size={18} />} rightSection={<Keys keys="Mod+J" />} onClick={() => void phone.answer(call)}>{t('calls.accept')}</Button>
          <Button variant="default" leftSection={<IconPhoneOff size={18} />} rightSection={<Keys keys="Mod+E" />} onClick={() => void phone.decline(call)}>{t('calls.decline')}</Button>
        </div>
      </div>
    </section>
  )
}

/** Where they are: their city, and the page that they look at. */
function From({ contact }: { contact: number }) {
  const { data } = usePersonData(contact)
  const said = [data?.contact.city, data?.contact.online && data.contact.page && (data.contact.page.title || data.contact.page.url)].filter(Boolean).join(' · ')
  return said ? ` · ${said}` : null
}
