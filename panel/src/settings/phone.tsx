import { Button } from '@mantine/core'
import { RestError } from '../live/rest'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import { Account } from './phone-account'
import { Connect } from './phone-connect'
import { useAccount } from './phone-data'
import { Limits } from './phone-limits'
import { Lines } from './phone-lines'
import { Numbers } from './phone-numbers'
import css from './settings.module.css'
import { Sheet } from './sheet'

/** The phone network: an account at a provider, its numbers, and how much may be used. */
export default function Phone() {
  const { t } = useWords()
  const { data, error, refetch } = useAccount()
  const forbidden = error instanceof RestError && error.status === 403
  return (
    <Sheet title={t('settings.phone')} why={t('phone.why')}>
      {forbidden && <p className={css.note} role="status">{t('phone.forbidden')}</p>}
      {error && !forbidden && !data && <div role="alert"><p>{t('phone.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && !data.account && <Connect setting={data} />}
      {data?.account && (
        <>
          <Numbers setting={data} account={data.account} />
          <Limits setting={data} account={data.account} />
          <Account setting={data} account={data.account} />
        </>
      )}
      {data && <Lines countries={data.countries} />}
    </Sheet>
  )
}
