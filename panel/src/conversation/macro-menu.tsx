import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconBolt } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { newId } from '@shared/ids'
import { useActions } from '../frame/actions'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { Keys } from '../parts/keys'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useMacros, type Macro, type Ran } from './answers-data'

/** What is often done together, in one click: from here, from the palette, or by a key. */
export default function MacroMenu({ conversation }: { conversation: number }) {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const macros = useMacros()?.filter(({ offered }) => offered)
  const [opened, setOpened] = useState(false)
  const run = async ({ id, name }: Macro) => {
    try {
      const { failed } = await live.rest<Ran>('POST', `macros/${id}/run`, { conversation, client_id: newId() })
      void queries.invalidateQueries({ queryKey: ['macros'] })
      if (failed) tellFailed(t, t('macros.stopped', { name, step: t(`macros.step.${failed.step}`), why: refusal(new RestError(0, failed.code, failed.message), t) }))
      else notifications.show({ withBorder: true, message: t('macros.ran', { name }), closeButtonProps: { 'aria-label': t('close') } })
    } catch (error) {
      tellFailed(t, refusal(error, t))
    }
  }
  useActions([
    { id: 'macros', label: t('macros.run'), keys: 'm', group: t('keys.conversation'), run: () => setOpened(true) },
    ...(macros ?? []).map((macro) => ({ id: `macro ${macro.id}`, label: t('macros.runName', { name: macro.name }), group: t('macros.title'), run: () => void run(macro) })),
  ])
  return (
    <Menu opened={opened} onChange={setOpened} position="top-start" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Tooltip label={<>{t('macros.run')} <Keys keys="m" /></>}>
          <ActionIcon aria-label={t('macros.run')}><IconBolt size={18} stroke={1.7} /></ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('macros.title')} mah="50dvh" style={{ overflow: 'auto' }}>
        {macros?.map((macro) => <Menu.Item key={macro.id} onClick={() => void run(macro)}>{macro.name}</Menu.Item>)}
        {macros?.length === 0 && <Menu.Item component={Link} to="/settings/macros">{t('macros.make')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  )
}
