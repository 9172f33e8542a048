import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconPhone } from '@tabler/icons-react'
import { useActions } from '../frame/actions'
import { useFact } from '../live/context'
import { useMay } from '../live/may'
import { useWords } from '../words/words'
import css from './calls.module.css'
import { dial } from './dial'

type Props = { contact: { id: number; name: string; online?: boolean }; conversation?: number; inMenu?: boolean }

/**
 * Calls a person in their browser. Where they are not there it says so instead of ringing nobody. `inMenu` is an entry of a menu
 * that a phone has where there is no room for the button.
 */
export default function CallButton({ contact, conversation, inMenu }: Props) {
  const { t } = useWords()
  const talks = useMay('calls.talk')
  const on = useFact(({ session }) => session?.calls !== undefined)
  const engaged = useFact(({ calls, session }) => calls.some(({ agent, state }) => state !== 'ended' && agent?.id === session?.agent.id))
  const shown = on && talks
  const label = contact.online === false ? t('calls.notOnline', { name: contact.name }) : engaged ? t('calls.engaged') : t('calls.call', { name: contact.name })
  const off = contact.online === false || engaged
  const call = () => { if (!off) dial({ contact, conversation }) }
  useActions(shown && !off && !inMenu ? [{ id: `call ${contact.id}`, label, group: t('calls.keys'), run: call }] : [])
  if (!shown) return null
  if (inMenu) return <Menu.Item className={css.onPhone} leftSection={<IconPhone size={16} />} disabled={off} onClick={call}>{label}</Menu.Item>
  return (
    <Tooltip label={label}>
      {/* Still to be found and read where it can't be pressed. */}
      <ActionIcon className={conversation ? css.notOnPhone : undefined} aria-label={label} aria-disabled={off || undefined} data-disabled={off || undefined} onClick={call}><IconPhone size={18} stroke={1.7} /></ActionIcon>
    </Tooltip>
  )
}
