import { ActionIcon, Button } from '@mantine/core'
import { IconDevices, IconX } from '@tabler/icons-react'
import { useWords } from '../words/words'
import css from './message-acts.module.css'

type Props = { before: string; bring: () => void; drop: () => void }

/** Above the text: what stood here before something newer came from another device, and a way to have it back. */
export default function DraftBefore({ before, bring, drop }: Props) {
  const { t } = useWords()
  return (
    <div className={css.bar} role="status">
      <IconDevices size={16} aria-hidden="true" />
      <span className={css.barText}><strong>{t('draft.before')}</strong> {before}</span>
      <Button size="compact-xs" variant="default" onClick={bring}>{t('draft.bring')}</Button>
      <ActionIcon size="sm" aria-label={t('draft.drop')} onClick={drop}><IconX size={14} /></ActionIcon>
    </div>
  )
}
