import { Button } from '@mantine/core'
import { IconRotate, IconTrophy, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Dialog } from '../parts/dialog'
import { Select } from '../people/fields'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'
import { useLossReasons, usePlaces } from './data'
import { open } from './deal-form'
import css from './deals.module.css'
import { useDealDeed } from './deeds'
import type { Deal } from './types'

/** The stages of the deal's pipeline in order: pressing one moves it there. */
export function Track({ deal }: { deal: Deal }) {
  const { t } = useWords()
  const does = useDealDeed()
  const here = useRef<HTMLButtonElement>(null)
  const pipeline = usePlaces().pipeline(deal.pipeline)
  // On a phone the track is wider than the screen.
  useEffect(() => {
    here.current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [deal.stage, pipeline])
  if (!pipeline) return null
  const goes = open(pipeline)
  const stages = pipeline.stages.filter((one) => goes.includes(one) || one.id === deal.stage)
  const at = stages.findIndex(({ id }) => id === deal.stage)
  return (
    <ol className={css.track} aria-label={t('deal.track', { name: pipeline.name })}>
      {stages.map(({ id, name }, place) => (
        <li key={id}>
          <button ref={place === at ? here : undefined} type="button" className={css.step} data-behind={place < at || undefined} aria-current={place === at ? 'step' : undefined}
            onClick={() => { if (place !== at) void does(deal.id, { stage: id }, 'move') }}>{name}</button>
        </li>
      ))}
    </ol>
  )
}

/** Won, lost with a reason, or open again. */
export function Outcome({ deal }: { deal: Deal }) {
  const { t } = useWords()
  const does = useDealDeed()
  const [losing, setLosing] = useState(false)
  if (deal.status !== 'in_progress') {
    return <div className={css.acts}><Button size="compact-md" h={36} variant="default" leftSection={<IconRotate size={16} />} onClick={() => void does(deal.id, {}, 'reopen')}>{t('deal.reopen')}</Button></div>
  }
  return (
    <div className={css.acts}>
      <Button size="compact-md" h={36} leftSection={<IconTrophy size={16} />} onClick={() => void does(deal.id, {}, 'win')}>{t('deal.win')}</Button>
      <Button size="compact-md" h={36} variant="default" leftSection={<IconX size={16} />} onClick={() => setLosing(true)}>{t('deal.lose')}</Button>
      {losing && <Lose deal={deal} close={() => setLosing(false)} />}
    </div>
  )
}

function Lose({ deal, close }: { deal: Deal; close: () => void }) {
  const { t } = useWords()
  const does = useDealDeed()
  const reasons = useLossReasons().data?.loss_reasons
  const [reason, setReason] = useState(0)
  const [text, setText] = useState('')
  const lose = async () => {
    if (await does(deal.id, { ...(reason ? { loss_reason: reason } : {}), description: text.trim() }, 'lose')) close()
  }
  return (
    <Dialog opened onClose={close} title={t('deal.loseTitle', { name: deal.name })}>
      <form className={css.form} onSubmit={(event) => { event.preventDefault(); void lose() }}>
        <label className={css.field}><span aria-hidden="true">{t('deal.reason')}</span>
          <Select label={t('deal.reason')} value={reason} pick={(id) => setReason(Number(id))} data-autofocus>
            <option value={0}>{t('deal.noReason')}</option>
            {reasons?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </Select>
        </label>
        {reasons?.length === 0 && <p className={css.hint}>{t('deal.noReasons')}</p>}
        <label className={css.field}><span>{t('deal.inWords')}</span>
          <textarea className={fields.field} rows={3} maxLength={4000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        </label>
        <div className={css.foot}>
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" color="red.9">{t('deal.lose')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
