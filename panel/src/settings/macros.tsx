import { ActionIcon, Button } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useMacros, type Macro } from '../conversation/answers-data'
import { useMay } from '../live/may'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import { MacroForm } from './macro-form'
import css from './settings.module.css'
import { Sheet } from './sheet'
import { Sure } from './sure'
import { useWhose } from './whose'

/** What is often done to a conversation together. */
export default function Macros() {
  const { t } = useWords()
  const queries = useQueryClient()
  const macros = useMacros()
  const shares = useMay('answers.share')
  const whose = useWhose()
  const [edited, setEdited] = useState<Macro | 'new'>()
  const [leaving, setLeaving] = useState<Macro>()
  const again = () => void queries.invalidateQueries({ queryKey: ['macros'] })
  const add = <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>{t('macros.add')}</Button>
  const steps = ({ does }: Macro) => [
    does.assign && t('macros.step.assign'), does.labels.length && t('macros.step.label'), does.priority && t('macros.step.priority'),
    does.note && t('macros.step.note'), does.message && t('macros.step.message'), does.turn && t(`macros.turn.${does.turn.to}`),
  ].filter(Boolean).join(' · ')
  return (
    <Sheet title={t('macros.title')} why={t('macros.why')} actions={macros && macros.length > 0 && add}>
      {!macros && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {macros?.length === 0 && <div className={css.empty}><h3 className={css.emptyTitle}>{t('macros.none')}</h3><p>{t('macros.noneNext')}</p>{add}</div>}
      {macros && macros.length > 0 && (
        <ul className={css.rows} aria-label={t('macros.title')}>
          {macros.map((macro) => (
            <li key={macro.id} className={css.row}>
              <span className={css.lines}>
                <strong>{macro.name}</strong>
                <span className={css.more}>{steps(macro)}</span>
                <span className={css.more}>{whose(macro)} · {t('canned.used', { n: macro.used })}</span>
              </span>
              {(macro.for === 'me' || shares) && <>
                <ActionIcon onClick={() => setEdited(macro)} aria-label={t('canned.edit', { name: macro.name })} title={t('canned.edit', { name: macro.name })}><IconPencil size={16} /></ActionIcon>
                <ActionIcon onClick={() => setLeaving(macro)} aria-label={t('canned.delete', { name: macro.name })} title={t('canned.delete', { name: macro.name })}><IconTrash size={16} /></ActionIcon>
              </>}
            </li>
          ))}
        </ul>
      )}
      {edited && <MacroForm key={edited === 'new' ? 0 : edited.id} macro={edited === 'new' ? undefined : edited} done={again} close={() => setEdited(undefined)} />}
      {leaving && <Sure title={t('canned.delete', { name: leaving.name })} why={t('canned.deleteWhy')} path={`macros/${leaving.id}`} done={again} close={() => setLeaving(undefined)} />}
    </Sheet>
  )
}
