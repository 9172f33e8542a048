import { Button } from '@mantine/core'
import { Link } from 'react-router'
import css from '../settings/settings.module.css'
import { useWords } from '../words/words'

/** Before the very first conversation: the one step that leads to it. */
export default function EmptyInbox() {
  const { t } = useWords()
  return (
    <div className={css.empty}>
      <h2 className={css.emptyTitle}>{t('start.emptyTitle')}</h2>
      <p>{t('start.emptyWhy')}</p>
      <Button mt="xs" component={Link} to="/settings/start">{t('start.emptyGo')}</Button>
    </div>
  )
}
