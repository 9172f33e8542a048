import { Menu } from '@mantine/core'
import { IconDeviceMobile } from '@tabler/icons-react'
import { useWords } from '../words/words'
import { install, useWay } from './way'

/** In the menu, where the panel can become an app. */
export default function InstallEntry() {
  const { t } = useWords()
  if (!useWay()) return null
  return <Menu.Item closeMenuOnClick leftSection={<IconDeviceMobile size={16} />} onClick={install}>{t('install.menu')}</Menu.Item>
}
