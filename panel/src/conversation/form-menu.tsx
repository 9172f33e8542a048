import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconForms } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLive } from '../live/context'
import { useWords } from '../words/words'

type Form = { id: number; name: string; on: boolean; title: Record<string, string> }

/** Sends a form into the conversation: the other side fills it in right there. */
export default function FormMenu({ send }: { send: (form: number, title: string) => void }) {
  const { t, language } = useWords()
  const live = useLive()
  const [opened, setOpened] = useState(false)
  const { data } = useQuery({ queryKey: ['forms'], queryFn: () => live.rest<Form[]>('GET', 'forms'), enabled: opened })
  const forms = data?.filter(({ on }) => on)
  return (
    <Menu opened={opened} onChange={setOpened} position="top-start">
      <Menu.Target>
        <Tooltip label={t('composer.form')}>
          <ActionIcon aria-label={t('composer.form')}><IconForms size={18} stroke={1.7} /></ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('composer.form')}>
        {forms?.map(({ id, name, title }) => <Menu.Item key={id} onClick={() => send(id, title[language] || Object.values(title).find(Boolean) || name)}>{name}</Menu.Item>)}
        {forms?.length === 0 && <Menu.Item disabled>{t('composer.noForms')}</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  )
}
