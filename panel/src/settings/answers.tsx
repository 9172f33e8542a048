import { ActionIcon, Button, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { fitting, useAnswers, type Answer } from '../conversation/answers-data'
import { useLive } from '../live/context'
import { useMay } from '../live/may'
import { save } from '../live/transfer'
import { Late } from '../parts/late'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { AnswerForm } from './answer-form'
import { Sure } from './sure'
import css from './settings.module.css'
import { Sheet } from './sheet'
import { useWhose } from './whose'

/** Answers that are written once: found here, made, changed, deleted, and moved as a table. */
export default function Answers() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const answers = useAnswers()
  const shares = useMay('answers.share')
  const whose = useWhose()
  const [typed, setTyped] = useState('')
  const [edited, setEdited] = useState<Answer | 'new'>()
  const [leaving, setLeaving] = useState<Answer>()
  const picker = useRef<HTMLInputElement>(null)
  const again = () => void queries.invalidateQueries({ queryKey: ['canned'] })
  const take = async (file: File) => {
    try {
      const { made, known } = await live.rest<{ made: number; known: number }>('POST', 'canned-answers/table', { csv: await file.text() })
      notifications.show({ withBorder: true, message: `${t('canned.taken', { n: made })} ${t('canned.known', { n: known })}`, closeButtonProps: { 'aria-label': t('close') } })
      again()
    } catch (error) {
      tellFailed(t, refusal(error, t))
    }
  }
  const give = () => live.rest<{ csv: string }>('GET', 'canned-answers/table')
    .then(({ csv }) => save(new Blob([`\uFEFF${csv}`], { type: 'text/csv' }), 'canned.csv'), (error) => tellFailed(t, refusal(error, t)))
  const found = typed.trim() ? fitting((answers ?? []).map((one) => ({ ...one, offered: true })), typed.trim(), [], 500) : answers
  const add = <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>{t('canned.add')}</Button>
  return (
    <Sheet title={t('canned.title')} why={t('canned.why')} actions={answers && answers.length > 0 && add}>
      {!answers && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {answers?.length === 0 && <div className={css.empty}><h3 className={css.emptyTitle}>{t('canned.none')}</h3><p>{t('canned.noneNext')}</p>{add}</div>}
      {answers && answers.length > 0 && <TextInput type="search" aria-label={t('canned.search')} placeholder={t('canned.search')} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />}
      {found && found.length > 0 && (
        <ul className={css.rows} aria-label={t('canned.title')}>
          {found.map((answer) => (
            <li key={answer.id} className={css.row}>
              <span className={css.lines}>
                <strong>{answer.title}{answer.shortcut && <span className={css.says}> /{answer.shortcut}</span>}</strong>
                <span className={css.more}>{answer.text.slice(0, 140)}</span>
                <span className={css.more}>{whose(answer)} · {t('canned.used', { n: answer.used })}</span>
              </span>
              {(answer.for === 'me' || shares) && <>
                <ActionIcon onClick={() => setEdited(answer)} aria-label={t('canned.edit', { name: answer.title })} title={t('canned.edit', { name: answer.title })}><IconPencil size={16} /></ActionIcon>
                <ActionIcon onClick={() => setLeaving(answer)} aria-label={t('canned.delete', { name: answer.title })} title={t('canned.delete', { name: answer.title })}><IconTrash size={16} /></ActionIcon>
              </>}
            </li>
          ))}
        </ul>
      )}
      {typed.trim() && found?.length === 0 && <p className={css.note} role="status">{t('canned.nothing')}</p>}
      <section className={css.part} aria-label={t('canned.table')}>
        <h3 className={css.partName}>{t('canned.table')}</h3>
        <p className={css.why}>{t('canned.tableWhy')}</p>
        <div className={css.members}>
          <Button variant="default" onClick={() => picker.current?.click()}>{t('canned.import')}</Button>
          {answers && answers.length > 0 && <Button variant="default" onClick={() => void give()}>{t('canned.export')}</Button>}
          <input ref={picker} type="file" hidden accept=".csv,text/csv" onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            event.currentTarget.value = ''
            if (file) void take(file)
          }} />
        </div>
      </section>
      {edited && <AnswerForm key={edited === 'new' ? 0 : edited.id} answer={edited === 'new' ? undefined : edited} done={again} close={() => setEdited(undefined)} />}
      {leaving && <Sure title={t('canned.delete', { name: leaving.title })} why={t('canned.deleteWhy')} path={`canned-answers/${leaving.id}`} done={again} close={() => setLeaving(undefined)} />}
    </Sheet>
  )
}
