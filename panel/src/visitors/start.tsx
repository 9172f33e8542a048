import { newId } from '@shared/ids'
import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Message } from '@shared/types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { Select } from '../people/fields'
import fields from '../people/fields.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './visitors.module.css'

const SIZES = ['full', 'bubble', 'popup'] as const
type Size = (typeof SIZES)[number]

/** Writes the first message to somebody: their widget shows it at once, in the size that one chooses. */
export default function Start({ contact, close }: { contact: { id: number; name: string }; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [size, setSize] = useState<Size>('bubble')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  // The same for each try: a message whose answer got lost is not sent twice.
  const clientId = useRef(newId())
  const send = async () => {
    if (!text.trim() || busy) return
    setBusy(true)
    try {
      const { conversation } = await live.rest<Message>('POST', `contacts/${contact.id}/conversations`, { client_id: clientId.current, text: text.trim(), size })
      close()
      void navigate(`/inbox/open/${conversation}`)
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t('visitors.startTitle', { name: contact.name })}>
      <form className={css.form} onSubmit={(event) => { event.preventDefault(); void send() }}>
        <textarea className={fields.field} rows={4} autoFocus data-autofocus maxLength={16_384} aria-label={t('visitors.message')} placeholder={t('visitors.message')} value={text}
          onChange={(event) => { setText(event.currentTarget.value); clientId.current = newId() }}
          onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send() }} />
        <label className={css.field}>{t('visitors.size')}
          <Select label={t('visitors.size')} value={size} pick={(next) => setSize(next as Size)}>
            {SIZES.map((each) => <option key={each} value={each}>{t(`visitors.size.${each}`)}</option>)}
          </Select>
        </label>
        {refused && <p className={css.error} role="alert">{refused}</p>}
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={!text.trim()}>{t('visitors.send')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
