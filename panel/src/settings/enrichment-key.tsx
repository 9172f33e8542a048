import { Button, PasswordInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useLive } from '../live/context'
import { useWords } from '../words/words'
import { useChange, type Setting } from './enrichment-data'
import css from './enrichment.module.css'

type Checked = { result: 'works' | 'refused' | 'unknown' }
type Said = { text: string; bad?: boolean }

/** The key: tried before it is kept, and from then on only its end is shown. */
export function KeyField({ setting }: { setting: Setting }) {
  const { t } = useWords()
  const live = useLive()
  const change = useChange()
  const [writing, setWriting] = useState(false)
  const [key, setKey] = useState('')
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState<Said>()

  const doing = async (work: () => Promise<Said | undefined>) => {
    setBusy(true)
    setSaid(undefined)
    setSaid(await work().catch((): Said => ({ text: t('failed.action'), bad: true })))
    setBusy(false)
  }
  const save = () => doing(async () => {
    if (!/^[\x21-\x7e]{8,256}$/.test(key.trim())) return { text: t('enrichment.badKey'), bad: true }
    const { result } = await live.rest<Checked>('POST', 'enrichment/check', { key: key.trim() })
    if (result === 'refused') return { text: t('enrichment.refusedKey'), bad: true }
    await change({ key: key.trim() })
    setKey('')
    setWriting(false)
    return result === 'works' ? { text: t('enrichment.works') } : { text: t('enrichment.unknownKey'), bad: true }
  })
  const test = () => doing(async () => {
    const { result } = await live.rest<Checked>('POST', 'enrichment/check', {})
    return result === 'works' ? { text: t('enrichment.works') } : { text: t(result === 'refused' ? 'enrichment.refusedNow' : 'enrichment.unknownKey'), bad: true }
  })
  const remove = () => doing(async () => {
    await change({ key: null })
    return undefined
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save()
  }
  const asks = !setting.key || writing
  return (
    <div className={css.part}>
      {asks
        ? (
          <form className={css.keyForm} onSubmit={submit}>
            <PasswordInput className={css.keyInput} label={t('enrichment.key')} description={t('enrichment.keyWhy')} value={key} onChange={(event) => setKey(event.currentTarget.value)}
              autoComplete="off" spellCheck={false} autoFocus={writing} error={said?.bad ? said.text : undefined} visibilityToggleButtonProps={{ 'aria-label': t('enrichment.key') }} />
            <div className={css.buttons}>
              <Button type="submit" loading={busy} disabled={!key.trim()}>{t('enrichment.saveKey')}</Button>
              {writing && <Button variant="default" onClick={() => { setWriting(false); setKey(''); setSaid(undefined) }}>{t('cancel')}</Button>}
            </div>
          </form>
        )
        : (
          <div className={css.keyNow}>
            <span className={css.grow}>{t('enrichment.keyNow', { end: setting.key ?? '' })}</span>
            <div className={css.buttons}>
              <Button size="compact-md" variant="default" loading={busy} onClick={() => void test()}>{t('enrichment.test')}</Button>
              <Button size="compact-md" variant="default" disabled={busy} onClick={() => { setWriting(true); setSaid(undefined) }}>{t('enrichment.replace')}</Button>
              <Button size="compact-md" variant="default" disabled={busy} onClick={() => void remove()}>{t('enrichment.removeKey')}</Button>
            </div>
          </div>
        )}
      {said && !(asks && said.bad) && <p className={css.said} data-bad={said.bad || undefined} role={said.bad ? 'alert' : 'status'}>{said.text}</p>}
    </div>
  )
}
