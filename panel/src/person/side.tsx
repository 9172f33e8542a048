import { Drawer } from '@mantine/core'
import { useState } from 'react'
import { useActions } from '../frame/actions'
import { useWords } from '../words/words'
import { Beside } from './beside'
import css from './beside.module.css'
import { Doing, useDeeds, type Deed } from './doing'

type Props = { contact: { id: number; name: string }; conversation: number; floats: boolean; shown: boolean; toggle: () => void }

/** The person beside a conversation, or over it where there is no room; what is done with them is done without leaving it. */
export default function Side({ contact, conversation, floats, shown, toggle }: Props) {
  const { t } = useWords()
  const [deed, setDeed] = useState<Deed>()
  const deeds = useDeeds()
  useActions(deeds.map(({ deed: each, keys }) => ({ id: `beside ${each}`, label: t(`beside.${each}`), keys, group: t('beside.group'), run: () => setDeed(each) })))
  const beside = <Beside key={contact.id} id={contact.id} conversation={conversation} act={setDeed} />
  return (
    <>
      {!floats && shown && <aside className={css.aside} aria-label={t('person.label')}>{beside}</aside>}
      {floats && (
        <Drawer opened={shown} onClose={toggle} position="right" size="min(100vw, 22rem)" title={t('person.label')} closeButtonProps={{ 'aria-label': t('close') }}>
          {beside}
        </Drawer>
      )}
      {deed && <Doing deed={deed} contact={contact} conversation={conversation} close={() => setDeed(undefined)} />}
    </>
  )
}
