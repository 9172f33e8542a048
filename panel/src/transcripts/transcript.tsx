import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload, IconSend } from '@tabler/icons-react'
import type { Conversation } from '@shared/types'
import { useState, type FormEvent } from 'react'
import { useLive } from '../live/context'
import { receive, save } from '../live/transfer'
import { Dialog } from '../parts/dialog'
import fields from '../people/fields.module.css'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './transcripts.module.css'

const FORMATS = [['text', 'txt'], ['html', 'html'], ['json', 'json']] as const

/** A conversation as a file, or as a mail to the contact or anybody else. */
export default function TranscriptDialog({ conversation: { id, contact }, close }: { conversation: Conversation; close: () => void }) {
  const { t, language } = useWords()
  const live = useLive()
  const [format, setFormat] = useState<(typeof FORMATS)[number]>(FORMATS[0])
  const [notes, setNotes] = useState(false)
  const [to, setTo] = useState(contact.email ?? '')
  const [busy, setBusy] = useState<'file' | 'mail'>()
  const [failed, setFailed] = useState('')
  const doing = async (what: 'file' | 'mail', act: () => Promise<string>) => {
    setBusy(what)
    setFailed('')
    try {
      notifications.show({ withBorder: true, message: await act(), closeButtonProps: { 'aria-label': t('close') } })
      close()
    } catch (error) {
      setFailed(refusal(error, t))
      setBusy(undefined)
    }
  }
  const download = () => doing('file', async () => {
    save(await receive(live.token, `conversations/${id}/transcript?format=${format[0]}&language=${language}&notes=${notes}`, undefined, () => {}), `conversation-${id}.${format[1]}`)
    return t('transcript.saved')
  })
  const mail = (event: FormEvent) => {
    event.preventDefault()
    void doing('mail', async () => t('transcript.mailed', { to: (await live.rest<{ to: string }>('POST', `conversations/${id}/transcript/mail`, { to, language })).to }))
  }
  return (
    <Dialog opened onClose={close} title={t('transcript.title')}>
      <div className={css.parts}>
        <fieldset className={css.formats}>
          <legend>{t('transcript.format')}</legend>
          {FORMATS.map((one) => <label key={one[0]} className={css.choice}><input type="radio" name="format" className={fields.check} checked={format === one} onChange={() => setFormat(one)} /> {t(`transcript.${one[0]}`)}</label>)}
        </fieldset>
        <label className={css.choice}><input type="checkbox" className={fields.check} checked={notes} onChange={() => setNotes(!notes)} /> {t('transcript.notes')}</label>
        <div><Button leftSection={<IconDownload size={16} />} loading={busy === 'file'} onClick={() => void download()}>{t('transcript.download')}</Button></div>
        <form className={css.mail} onSubmit={mail}>
          <label className={css.to}>{t('transcript.to')}
            <input type="email" required maxLength={254} className={`${fields.field} ${fields.wide}`} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
          </label>
          <p className={css.why}>{t('transcript.withoutNotes')}</p>
          <div><Button type="submit" variant="default" leftSection={<IconSend size={16} />} loading={busy === 'mail'} disabled={!to.trim()}>{t('transcript.send')}</Button></div>
        </form>
        {failed && <p className={css.failed} role="alert">{failed}</p>}
      </div>
    </Dialog>
  )
}
