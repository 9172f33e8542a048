import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useRef } from 'react'
import { useWords } from '../words/words'
import keys from './keys.module.css'
import css from './webhooks.module.css'

export type Header = { name: string; value: string }

/** As many as the server takes. */
const MOST = 10

export const headersOf = (given: Record<string, string>): Header[] => Object.entries(given).map(([name, value]) => ({ name, value }))

/** Headers as they are sent; rows without a name are nothing yet. */
export const sentHeaders = (rows: Header[]): Record<string, string> =>
  Object.fromEntries(rows.filter(({ name }) => name.trim()).map(({ name, value }) => [name.trim(), value.trim()]))

type Props = { rows: Header[]; change: (rows: Header[]) => void }

/** Headers that go with every delivery: what a receiver behind a gateway asks for. */
export function WebhookHeaders({ rows, change }: Props) {
  const { t } = useWords()
  const box = useRef<HTMLFieldSetElement>(null)
  const add = useRef<HTMLButtonElement>(null)
  const set = (place: number, part: Partial<Header>) => change(rows.map((row, index) => (index === place ? { ...row, ...part } : row)))
  const more = () => {
    change([...rows, { name: '', value: '' }])
    requestAnimationFrame(() => box.current?.querySelector<HTMLInputElement>(`[data-header="${rows.length}"]`)?.focus())
  }
  const less = (place: number) => {
    change(rows.filter((_, index) => index !== place))
    add.current?.focus()
  }
  return (
    <fieldset className={keys.choices} ref={box}>
      <legend>{t('hooks.headers')}</legend>
      <span className={keys.why}>{t('hooks.headersWhy')}</span>
      {rows.map(({ name, value }, place) => (
        <div key={place} className={css.header}>
          <TextInput aria-label={t('hooks.headerName', { number: place + 1 })} placeholder="X-Api-Key" value={name} maxLength={100} spellCheck={false} autoCapitalize="off"
            data-header={place} onChange={(event) => set(place, { name: event.currentTarget.value })} />
          <TextInput aria-label={t('hooks.headerValue', { number: place + 1 })} placeholder={t('hooks.headerSays')} value={value} maxLength={1000} spellCheck={false} autoCapitalize="off"
            onChange={(event) => set(place, { value: event.currentTarget.value })} />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('hooks.headerRemove', { number: place + 1 })} onClick={() => less(place)}><IconX size={18} /></ActionIcon>
        </div>
      ))}
      {rows.length < MOST && <Button ref={add} variant="default" size="xs" className={css.more} leftSection={<IconPlus size={16} />} onClick={more}>{t('hooks.headerAdd')}</Button>}
    </fieldset>
  )
}
