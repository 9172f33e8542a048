import { Button } from '@mantine/core'
import { IconArrowBackUp, IconDownload, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { useLive } from '../live/context'
import { receive, save } from '../live/transfer'
import { Dialog } from '../parts/dialog'
import { tellFailed } from '../people/undo'
import { useWords } from '../words/words'
import { useDeed } from './data'
import css from './importing.module.css'
import { Bar, Counts, Errors } from './progress'
import { reasonIn } from './reasons'
import type { Import } from './types'

/** An import that ended: what became of the rows, the refused ones as a file, and the way back. */
export function Result({ found }: { found: Import }) {
  const { t, locale } = useWords()
  const [asking, setAsking] = useState(false)
  const number = new Intl.NumberFormat(locale)
  const changed = found.created + found.updated
  const back = found.deleted + found.restored + found.kept
  if (found.state === 'undoing' || found.state === 'undone') {
    return (
      <section className={css.card} aria-label={t('importState.undone')}>
        <h3 className={css.cardTitle}>{t(found.state === 'undoing' ? 'import.undoing' : 'import.undone')}</h3>
        {found.state === 'undoing' && <Bar share={changed ? back / changed : 0} label={t('import.undoing')} />}
        <p role="status">{t('import.undoneWhat', { deleted: number.format(found.deleted), restored: number.format(found.restored), kept: number.format(found.kept) })}</p>
        {found.kept > 0 && <p className={css.hint}>{t('import.undoneKept')}</p>}
      </section>
    )
  }
  return (
    <>
      <section className={css.card} aria-label={t('import.result')}>
        <h3 className={css.cardTitle}>{t(`importEnd.${found.state as 'done'}`)}</h3>
        {found.problem && <p className={css.error} role="alert">{reasonIn(found.problem, t)}</p>}
        <Counts found={found} />
        {found.refused > 0 && <p className={css.hint}>{t('import.refusedNext')}</p>}
        <div className={css.foot}>
          {changed > 0 && <Button variant="subtle" color="gray" leftSection={<IconArrowBackUp size={16} />} onClick={() => setAsking(true)}>{t('import.undo')}</Button>}
          {found.refused > 0 && <Refused found={found} />}
          <Button component={Link} to="/people?sort=-updated" leftSection={<IconUsers size={16} />}>{t('import.showPeople')}</Button>
        </div>
      </section>
      <Errors found={found} />
      <Undo found={found} opened={asking} close={() => setAsking(false)} />
    </>
  )
}

function Refused({ found }: { found: Import }) {
  const { t } = useWords()
  const live = useLive()
  const [busy, setBusy] = useState(false)
  const download = async () => {
    setBusy(true)
    try {
      save(await receive(live.token, `imports/${found.id}/refused`, undefined, () => {}), `${found.name.replace(/\.\w+$/, '')}-refused.csv`)
    } catch {
      tellFailed(t)
    } finally {
      setBusy(false)
    }
  }
  return <Button variant="default" loading={busy} leftSection={<IconDownload size={16} />} onClick={() => void download()}>{t('import.downloadRefused', { n: found.refused })}</Button>
}

function Undo({ found, opened, close }: { found: Import; opened: boolean; close: () => void }) {
  const { t, locale } = useWords()
  const deed = useDeed(found.id)
  const [error, setError] = useState('')
  const number = new Intl.NumberFormat(locale)
  const undo = async () => {
    const problem = await deed('undo')
    setError(problem)
    if (!problem) close()
  }
  return (
    <Dialog opened={opened} onClose={close} title={t('import.undoTitle')}>
      <p>{t('import.undoWhat', { created: number.format(found.created), updated: number.format(found.updated) })}</p>
      {error && <p className={css.error} role="alert">{error}</p>}
      <div className={css.foot}>
        <Button variant="default" onClick={close} data-autofocus>{t('cancel')}</Button>
        <Button color="red" onClick={() => void undo()}>{t('import.undo')}</Button>
      </div>
    </Dialog>
  )
}
