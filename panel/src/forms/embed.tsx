import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useFact } from '../live/context'
import { useWords } from '../words/words'
import css from './forms.module.css'
import type { Form } from './types'

/** How the form gets onto a website: what to copy, and where it goes. */
export function Embed({ form }: { form: Form }) {
  const { t } = useWords()
  const key = useFact((state) => state.session?.application.key ?? '')
  const script = `<script data-cfasync="false" type="text/javascript">window.civchat = { apiKey: "${key}" };</script>\n<script data-cfasync="false" type="text/javascript" src="${location.origin}/widget.js" async></script>`
  return (
    <div className={css.embed}>
      {!form.on && <p className={css.error} role="alert">{t('embed.off')}</p>}
      {form.display === 'popup' && <p>{t('embed.popup')}</p>}
      <Snippet title={t('embed.place')} text={`<div data-switchboard-form="${form.id}"></div>`} what={t('embed.placeWhat')} />
      <Snippet title={t('embed.call')} text={`UE.form(${form.id})`} what={t('embed.callWhat')} />
      <Snippet title={t('embed.script')} text={script} what={t('embed.scriptWhat')} />
    </div>
  )
}

function Snippet({ title, text, what }: { title: string; text: string; what: string }) {
  const { t } = useWords()
  return (
    <section className={css.snippet} aria-label={title}>
      <div className={css.snippetHead}>
        <h3>{title}</h3>
        <CopyButton value={text}>
          {({ copied, copy }) => <Button size="compact-sm" variant="default" leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />} onClick={copy}>{t(copied ? 'embed.copied' : 'embed.copyThis')}</Button>}
        </CopyButton>
      </div>
      <pre className={css.code} tabIndex={0}>{text}</pre>
      <p className={css.hint}>{what}</p>
    </section>
  )
}
