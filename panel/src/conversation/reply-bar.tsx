import { ActionIcon } from '@mantine/core'
import { IconArrowBackUp, IconX } from '@tabler/icons-react'
import { useWords } from '../words/words'
import css from './message-acts.module.css'
import { answer, type Answered } from './replying'

/** Above the text: what is being answered, and a way to answer nothing in particular. */
export default function ReplyBar({ answered, conversation }: { answered: Answered; conversation: number }) {
  const { t } = useWords()
  return (
    <div className={css.bar}>
      <IconArrowBackUp size={16} aria-hidden="true" />
      <span className={css.barText}><strong>{answered.name}</strong> {answered.text}</span>
      <ActionIcon size="sm" aria-label={t('message.stopReply')} onClick={() => answer(conversation, undefined)}><IconX size={14} /></ActionIcon>
    </div>
  )
}
