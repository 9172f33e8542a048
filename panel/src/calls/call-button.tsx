import { ActionIcon, Tooltip } from '@mantine/core'
import { IconPhone } from '@tabler/icons-react'
import { useActions } from '../frame/actions'
import { useFact } from '../live/context'
import { useMay } from '../live/may'
import { useWords } from '../words/words'
import { dial } from './dial'

type Props = { contact: { id: number; name: string; online?: boolean }; conversation?: number }

/** Calls a person in their browser. Where they are not there it says so instead of ringing nobody. */
export default function CallButton({ contact, conversation }: Props) {
  const { t } = useWords()
  const talks = useMay('calls.talk')
  const on = useFact(({ session }) => session?.calls !== undefined)
  const engaged = useFact(({ calls, session }) => calls.some(({ agent, state }) => state !== 'ended' && agent?.id === session?.agent.id))
  const shown = on && talks
  const label = contact.online === false ? t('calls.notOnline', { name: contact.name }) : engaged ? t('calls.engaged') : t('calls.call', { name: contact.name })
  const off = contact.online === false || engaged
  const call = () => { if (!off) dial({ contact, conversation }) }
  useActions(shown && !off ? [{ id: `call ${contact.id}`, label, group: t('calls.keys'), run: call }] : [])
  if (!shown) return null
  return (
    <Tooltip label={label}>
      {/* Still to be found and read where it can't be pressed. */}
      <ActionIcon aria-label={label} aria-disabled={off || undefined} data-disabled={off || undefined} onClick={call}><IconPhone size={18} stroke={1.7} /></ActionIcon>
    </Tooltip>
  )
}
