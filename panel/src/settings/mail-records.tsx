import { Button, CopyButton } from '@mantine/core'
import { useWords } from '../words/words'
import css from './mail.module.css'

/** A record of DNS as it is to be published: its name and its value, each to be copied. */
export function Published({ name, value }: { name: string; value: string }) {
  const { t } = useWords()
  return (
    <dl className={css.record}>
      <dt>{t('dns.type')}</dt>
      <dd><code>TXT</code></dd>
      <dt>{t('dns.name')}</dt>
      <dd><code>{name}</code><Copy text={name} label={t('dns.copyName')} /></dd>
      <dt>{t('dns.value')}</dt>
      <dd><code>{value}</code><Copy text={value} label={t('dns.copyValue')} /></dd>
    </dl>
  )
}

function Copy({ text, label }: { text: string; label: string }) {
  const { t } = useWords()
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => <Button size="compact-sm" variant="default" onClick={copy} aria-label={label}>{copied ? t('copied') : t('dns.copy')}</Button>}
    </CopyButton>
  )
}
