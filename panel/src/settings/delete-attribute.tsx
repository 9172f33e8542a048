import { Button } from '@mantine/core'
import { useState } from 'react'
import form from '../deals/deals.module.css'
import { useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { useRefresh } from '../people/names'
import type { Attribute } from '../people/types'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useUses, type Subject } from './attribute-uses'

/** Before an attribute goes: what asks for it, fills it or shows it, by name. */
export function DeleteAttribute({ subject, attribute, close }: { subject: Subject; attribute: Attribute; close: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const { uses, failed } = useUses(subject, attribute)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const used = uses && Object.values(uses).some((names) => names.length > 0)
  const remove = async () => {
    setBusy(true)
    try {
      await live.rest('DELETE', `attributes/${attribute.id}`)
      refresh('names')
      close()
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t('attributeSettings.deleteTitle', { name: attribute.name })}>
      <div className={form.form}>
        <p>{t('attributeSettings.deleteWhat')}</p>
        {!uses ? <p role="status">{t(failed ? 'attributeSettings.usesFailed' : 'attributeSettings.looking')}</p>
          : !used ? <p>{t('attributeSettings.unused')}</p>
          : (
            <dl className={form.facts} aria-label={t('attributeSettings.uses')}>
              {(['segments', 'forms', 'views'] as const).filter((kind) => uses[kind].length).map((kind) => (
                <div key={kind} className={form.fact}><dt>{t(`attributeSettings.uses.${kind}`)}</dt><dd>{uses[kind].join(', ')}</dd></div>
              ))}
            </dl>
          )}
        {used && <p className={form.hint}>{t('attributeSettings.usedWhy')}</p>}
        {refused && <p className={form.error} role="alert">{refused}</p>}
        <div className={form.foot}>
          <Button variant="default" onClick={close} data-autofocus>{t('cancel')}</Button>
          <Button color="red.9" loading={busy} disabled={!uses && !failed} onClick={() => void remove()}>{t('attributeSettings.doDelete')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
