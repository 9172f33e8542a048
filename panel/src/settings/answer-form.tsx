import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core'
import { IconPaperclip, IconX } from '@tabler/icons-react'
import { useRef, useState, type FormEvent } from 'react'
import type { Answer } from '../conversation/answers-data'
import { MOST_FILES, useChosenFiles } from '../conversation/chosen-files'
import { ChosenList } from '../conversation/chosen-list'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './settings.module.css'
import { WhoseChoice, type Whose } from './whose'

/** The names that may stand in braces, with what they are; the contact's own attributes may too. */
export const VARIABLES = ['contact.first_name', 'contact.name', 'contact.email', 'contact.city', 'company.name', 'agent.first_name', 'agent.name', 'app.name'] as const

/** A canned answer; without one, a new one. */
export function AnswerForm({ answer, done, close }: { answer?: Answer; done: () => void; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const [title, setTitle] = useState(answer?.title ?? '')
  const [shortcut, setShortcut] = useState(answer?.shortcut ?? '')
  const [text, setText] = useState(answer?.text ?? '')
  const [texts, setTexts] = useState(answer?.texts ?? {})
  const [whose, setWhose] = useState<Whose>(answer ?? { for: 'me', group: null })
  const [had, setHad] = useState(answer?.attachments ?? [])
  const chosen = useChosenFiles()
  const picker = useRef<HTMLInputElement>(null)
  const coming = chosen.files.some(({ id, problem }) => id === undefined && !problem)
  const [refused, setRefused] = useState('')
  const [busy, setBusy] = useState(false)
  const saveIt = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const attachments = [...had.map(({ id }) => id), ...chosen.files.flatMap(({ id, problem }) => (id === undefined || problem ? [] : [id]))]
      const body = { title, shortcut, text, texts, for: whose.for, group: whose.group, attachments }
      await (answer ? live.rest('PATCH', `canned-answers/${answer.id}`, body) : live.rest('POST', 'canned-answers', body))
      done()
      close()
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} size="lg" title={answer ? t('canned.edit', { name: answer.title }) : t('canned.new')}>
      <form className={css.form} onSubmit={(event) => void saveIt(event)}>
        <TextInput label={t('canned.name')} value={title} maxLength={120} onChange={(event) => setTitle(event.currentTarget.value)} data-autofocus />
        <TextInput label={t('canned.shortcut')} description={t('canned.shortcutWhy')} leftSection="/" value={shortcut} maxLength={32} onChange={(event) => setShortcut(event.currentTarget.value.replace(/\s/g, '-'))} />
        <Textarea label={t('canned.text')} value={text} autosize minRows={4} maxRows={14} onChange={(event) => setText(event.currentTarget.value)} error={refused || undefined} />
        <p className={css.more}>{t('canned.variables')} {VARIABLES.map((name) => <code key={name}>{`{{ ${name} }} `}</code>)}<br />{t('canned.default')} <code>{"{{ contact.first_name | default: '…' }}"}</code></p>
        <details open={Boolean(texts.en || texts.pl)}>
          <summary>{t('canned.translations')}</summary>
          <Textarea label={t('canned.english')} value={texts.en ?? ''} autosize minRows={2} maxRows={10} onChange={(event) => setTexts({ ...texts, en: event.currentTarget.value })} />
          <Textarea label={t('canned.polish')} value={texts.pl ?? ''} autosize minRows={2} maxRows={10} onChange={(event) => setTexts({ ...texts, pl: event.currentTarget.value })} />
        </details>
        <div role="group" aria-label={t('canned.files')}>
          {had.length > 0 && (
            <ul className={css.rows}>
              {had.map(({ id, name, url }) => (
                <li key={id} className={css.row}>
                  <a className={css.lines} href={url} target="_blank" rel="noreferrer">{name}</a>
                  <ActionIcon aria-label={t('file.remove', { name })} onClick={() => setHad(had.filter((file) => file.id !== id))}><IconX size={16} /></ActionIcon>
                </li>
              ))}
            </ul>
          )}
          <ChosenList chosen={chosen} />
          <input ref={picker} type="file" multiple hidden onChange={(event) => { chosen.add(event.currentTarget.files ?? []); event.currentTarget.value = '' }} />
          {had.length + chosen.files.length < MOST_FILES && <Button variant="default" leftSection={<IconPaperclip size={16} />} onClick={() => picker.current?.click()}>{t('canned.addFile')}</Button>}
        </div>
        <WhoseChoice whose={whose} pick={setWhose} />
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={!title.trim() || !text.trim() || coming}>{t('save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
