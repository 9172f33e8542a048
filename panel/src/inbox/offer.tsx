import { Button } from '@mantine/core'
import { useOffer, usePermission } from '../frame/notices'
import { useWords } from '../words/words'
import css from './inbox.module.css'

/** Browsers ask once and remember a no for ever, so the question comes after the reason, by a button. */
export function Offer() {
  const { t } = useWords()
  const [offered, later] = useOffer()
  const [, ask] = usePermission()
  if (!offered) return null
  return (
    <aside className={css.offer} aria-label={t('menu.notices')}>
      <p>{t('offer.why')}</p>
      <Button size="compact-sm" variant="default" onClick={ask}>{t('offer.on')}</Button>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={later}>{t('offer.later')}</Button>
    </aside>
  )
}
