import { Menu } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconDeviceMobile } from '@tabler/icons-react'
import { Suspense } from 'react'
import { fold } from '../theme'
import { aside, useWords } from '../words/words'
import { install, useWay } from './way'

const CallsEntry = aside(() => import('../calls/entry'), 'calls')

/** In the menu, what a phone's bar has no room for, and where the panel can become an app. */
export default function InstallEntry() {
  const { t } = useWords()
  const way = useWay()
  const phone = useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false })
  return (
    <>
      {phone && <Suspense><CallsEntry menu /></Suspense>}
      {way && <Menu.Item closeMenuOnClick leftSection={<IconDeviceMobile size={16} />} onClick={install}>{t('install.menu')}</Menu.Item>}
    </>
  )
}
