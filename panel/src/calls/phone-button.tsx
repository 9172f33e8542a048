import { ActionIcon, Tooltip } from '@mantine/core'
import { IconDeviceLandlinePhone } from '@tabler/icons-react'
import { useActions } from '../frame/actions'
import { useFact } from '../live/context'
import { useMay } from '../live/may'
import { useWords } from '../words/words'
import { dial } from './dial'

/** Calls a person's telephone, over the company's trunk or number. */
export default function PhoneButton({ contact, number }: { contact: { id: number; name: string }; number: string }) {
  const { t } = useWords()
  const talks = useMay('calls.talk')
  const reaches = useFact(({ session }) => session?.phones === true)
  const engaged = useFact(({ calls, session }) => calls.some(({ agent, state }) => state !== 'ended' && agent?.id === session?.agent.id))
  const shown = reaches && talks
  const label = engaged ? t('calls.engaged') : t('calls.callNumber', { name: contact.name, number })
  const call = () => { if (!engaged) dial({ contact, number }) }
  useActions(shown && !engaged ? [{ id: `phone ${contact.id}`, label, group: t('calls.keys'), run: call }] : [])
  if (!shown) return null
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-disabled={engaged || undefined} data-disabled={engaged || undefined} onClick={call}><IconDeviceLandlinePhone size={18} stroke={1.7} /></ActionIcon>
    </Tooltip>
  )
}
