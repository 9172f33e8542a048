import { ActionIcon, Button } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useDealCount, useLossReasons } from '../deals/data'
import form from '../deals/deals.module.css'
import type { LossReason } from '../deals/types'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { AskName } from '../people/ask-name'
import { useRefresh } from '../people/names'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './settings.module.css'

/** Why deals are lost, in the application's own words. */
export function LossReasons() {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const { data, isError } = useLossReasons()
  const [asking, setAsking] = useState<'new' | { what: 'rename' | 'delete'; reason: LossReason }>()
  const close = () => setAsking(undefined)
  const does = (method: string, path: string, body?: object) => live.rest(method, path, body).then(() => refresh('loss reasons'), (error: unknown) => tellFailed(t, refusal(error, t)))
  const reasons = data?.loss_reasons
  const about = typeof asking === 'object' ? asking : undefined
  return (
    <section className={css.group} aria-label={t('lossReasons.title')}>
      <div className={css.groupHead}>
        <h3 className={css.groupName}>{t('lossReasons.title')}</h3>
        <Button size="compact-md" variant="default" leftSection={<IconPlus size={16} />} onClick={() => setAsking('new')}>{t('lossReasons.new')}</Button>
      </div>
      {isError && !data && <p role="alert">{t('lossReasons.failed')}</p>}
      {reasons?.length === 0 && <p className={css.note}>{t('lossReasons.none')}</p>}
      {reasons && reasons.length > 0 && (
        <ul className={css.rows} aria-label={t('lossReasons.title')}>
          {reasons.map((reason) => (
            <li key={reason.id} className={css.row}>
              <span className={css.lines}><strong>{reason.name}</strong>{reason.description && <span className={css.more}>{reason.description}</span>}</span>
              <ActionIcon onClick={() => setAsking({ what: 'rename', reason })} aria-label={t('pipelines.rename', { name: reason.name })} title={t('pipelines.rename', { name: reason.name })}><IconPencil size={16} /></ActionIcon>
              <ActionIcon onClick={() => setAsking({ what: 'delete', reason })} aria-label={t('pipelines.delete', { name: reason.name })} title={t('pipelines.delete', { name: reason.name })}><IconTrash size={16} /></ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <AskName opened={asking === 'new'} close={close} title={t('lossReasons.new')} label={t('lossReasons.name')} save={(name) => does('POST', 'loss-reasons', { name })} />
      {about?.what === 'rename' && <AskName opened close={close} title={t('pipelines.rename', { name: about.reason.name })} label={t('lossReasons.name')} first={about.reason.name}
        save={(name) => does('PATCH', `loss-reasons/${about.reason.id}`, { name })} />}
      {about?.what === 'delete' && <DeleteReason reason={about.reason} close={close} remove={() => does('DELETE', `loss-reasons/${about.reason.id}`)} />}
    </section>
  )
}

function DeleteReason({ reason, close, remove }: { reason: LossReason; close: () => void; remove: () => Promise<unknown> }) {
  const { t, locale } = useWords()
  const count = useDealCount({ where: { all: [{ type: 'attribute', attribute: 'loss_reason', op: 'equals', value: reason.id }] } }).data?.count
  return (
    <Dialog opened onClose={close} title={t('lossReasons.deleteTitle', { name: reason.name })}>
      <p>{count === undefined ? t('pipelines.counting') : count === 0 ? t('lossReasons.unused') : t('lossReasons.used', { n: count, shown: new Intl.NumberFormat(locale).format(count) })}</p>
      <div className={form.foot}>
        <Button variant="default" onClick={close} data-autofocus>{t('cancel')}</Button>
        <Button color="red.9" disabled={count === undefined} onClick={() => { close(); void remove() }}>{t('pipelines.doDelete')}</Button>
      </div>
    </Dialog>
  )
}
