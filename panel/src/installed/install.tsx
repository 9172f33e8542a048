import { ActionIcon, Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconDeviceMobile, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useMatch } from 'react-router'
import { useFact } from '../live/context'
import { Dialog } from '../parts/dialog'
import { fold } from '../theme'
import { useWords } from '../words/words'
import { explain, install, useExplaining, useWay } from './way'
import css from './installed.module.css'

const LATER = 'panel.install.later'

const STEPS = {
  ios: ['install.ios.share', 'install.ios.add', 'install.ios.open'],
  mac: ['install.mac.file', 'install.mac.add'],
} as const

/** On a phone the offer stands above the inbox until it is taken or put off; elsewhere the menu has it. */
export function InstallOffer() {
  const { t } = useWords()
  const way = useWay()
  const phone = useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false })
  const inbox = useMatch('/inbox/:view')
  // Whoever has nothing to look at yet has other things to do.
  const known = useFact((state) => Object.keys(state.conversations).length > 0)
  const [later, setLater] = useState(() => localStorage.getItem(LATER) !== null)
  const putOff = () => {
    localStorage.setItem(LATER, new Date().toISOString())
    setLater(true)
  }
  return (
    <>
      {way && phone && inbox && known && !later && (
        <aside className={css.offer} aria-label={t('install.title')}>
          <IconDeviceMobile size={20} stroke={1.7} aria-hidden="true" />
          <span className={css.why}><b>{t('install.title')}</b> {t('install.short')}</span>
          <Button className={css.touch} variant="light" onClick={install}>{t(way === 'ask' ? 'install.do' : 'install.how')}</Button>
          <ActionIcon size="var(--sb-touch)" aria-label={t('install.later')} title={t('install.later')} onClick={putOff}><IconX size={18} stroke={1.7} /></ActionIcon>
        </aside>
      )}
      <HowTo />
    </>
  )
}

/** For browsers that let only the person do it. */
function HowTo() {
  const { t } = useWords()
  const way = useWay()
  const opened = useExplaining()
  const steps = way === 'ios' || way === 'mac' ? STEPS[way] : []
  return (
    <Dialog opened={opened && steps.length > 0} onClose={() => explain(false)} title={t('install.title')}>
      <p>{t('install.why')}</p>
      <ol className={css.steps}>{steps.map((step) => <li key={step}>{t(step)}</li>)}</ol>
    </Dialog>
  )
}
