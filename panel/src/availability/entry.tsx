import { Menu } from '@mantine/core'
import type { AgentState } from '@shared/types'
import { MenuGroup } from '../parts/menu-group'
import { useWords } from '../words/words'
import css from './availability.module.css'
import { STATES, useMine, useMyState, useSay } from './data'

/** In the menu of whoever is signed in: whether they take conversations, and why it is so where they did not say it. */
export default function Entry() {
  const { t, locale } = useWords()
  const state = useMyState()
  const say = useSay()
  const { data } = useMine()
  const until = data?.until && new Date(data.until).toLocaleString(locale, { weekday: 'short', hour: '2-digit', minute: '2-digit' })
  const why = data?.why === 'idle' ? t('availability.idle') : until ? t(data?.why === 'hand' ? 'availability.untilHand' : 'availability.until', { when: until }) : ''
  return (
    <>
      <Menu.Divider role="separator" />
      <MenuGroup label={t('availability.title')}>
        <Menu.RadioGroup value={state ?? ''} onChange={(next) => say(next as AgentState)}>
          {STATES.map((one) => (
            <Menu.RadioItem key={one} value={one}><span className={css.state} data-state={one}>{t(`availability.${one}`)}</span></Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        {why && <p className={css.why}>{why}</p>}
      </MenuGroup>
    </>
  )
}
