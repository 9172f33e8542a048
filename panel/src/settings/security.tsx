import { Button } from '@mantine/core'
import { useAsked } from '../access/data'
import { SingleSignOn } from '../access/sso'
import type { SecurityRule } from '../live/api-types'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'
import { useSaving } from './saving'
import css from './settings.module.css'
import { Sheet } from './sheet'

/** How agents of this application have to sign in. */
export default function Security() {
  const { t } = useWords()
  const { data, error, refetch } = useAsked<SecurityRule>('security')
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.security')} why={t('security.why')}>
      {forbidden && <p className={css.note} role="status">{t('security.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('security.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && !forbidden && <><Rule kept={data} /><SingleSignOn /></>}
    </Sheet>
  )
}

function Rule({ kept }: { kept: SecurityRule }) {
  const { t } = useWords()
  const { busy, failed, save } = useSaving<SecurityRule>('security', 'security.saved')
  return (
    <section className={css.part}>
      <h3 className={css.partName}>{t('security.second')}</h3>
      <p className={css.note}>{t('security.secondWhy')}</p>
      <label className={css.check}>
        <input type="checkbox" className={fields.check} checked={kept.second} disabled={busy} onChange={(event) => void save({ ...kept, second: event.currentTarget.checked })} />
        <span>{t('security.require')}</span>
      </label>
      {failed && <p role="alert">{t('failed.action')}</p>}
    </section>
  )
}
