import { IconClock, IconDeviceMobileMessage, IconHourglass, IconMail } from '@tabler/icons-react'
import type { Conversation } from '@shared/types'
import { when } from '../conversation/snooze'
import { useWords } from '../words/words'
import { Chip } from './chip'
import { carried, useLabels } from './labels-data'
import css from './marks.module.css'
import { PriorityIcon } from './priority'

/** In a row of the list: what is put aside, how urgent it is, and its first label; the others are counted. */
export default function Marks({ conversation }: { conversation: Conversation }) {
  const { t, locale } = useWords()
  const labels = carried(useLabels(), conversation.labels)
  const { priority, status, snoozed_until: until } = conversation
  const names = labels.map(({ name }) => name).join(', ')
  return (
    <>
      {labels.length > 0 && (
        <span className={css.labels} title={names}>
          <span className={css.hidden}>{t('row.labels', { names })}</span>
          <span aria-hidden="true" className={css.labels}><Chip colour={labels[0]!.colour}>{labels[0]!.name}</Chip>{labels.length > 1 && <span className={css.more}>+{labels.length - 1}</span>}</span>
        </span>
      )}
      {status === 'snoozed' && until && <span className={css.aside} role="img" aria-label={t('status.snoozedUntil', { at: when(locale, until) })} title={t('status.snoozedUntil', { at: when(locale, until) })}><IconClock size={14} /></span>}
      {status === 'pending' && <span className={css.aside} role="img" aria-label={t('status.pending')} title={t('status.pending')}><IconHourglass size={14} /></span>}
      {conversation.channel === 'email' && <span className={css.aside} role="img" aria-label={t('row.email')} title={t('row.email')}><IconMail size={14} /></span>}
      {conversation.channel === 'sms' && <span className={css.aside} role="img" aria-label={t('row.sms')} title={t('row.sms')}><IconDeviceMobileMessage size={14} /></span>}
      {priority && <PriorityIcon priority={priority} />}
    </>
  )
}
