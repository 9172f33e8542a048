import { ActionIcon, Button, Popover, Tooltip } from '@mantine/core'
import { IconAppWindow, IconPlus, IconTrash } from '@tabler/icons-react'
import type { MessageButton } from '@shared/types'
import { useState } from 'react'
import { useModals } from '../modals/data'
import { useFact, useLive } from '../live/context'
import { tellFailed } from '../people/undo'
import { notifications } from '@mantine/notifications'
import type { Reach } from '../modals/types'
import { Select, Text } from '../people/fields'
import { useWords } from '../words/words'
import css from './size-choice.module.css'
import type { Sized } from './sized'

const SIZES = ['full', 'bubble', 'popup'] as const
const MOST = 3

type Props = { conversation: number; sized: Sized; choose: (sized: Sized) => void; text: string }

/** How the next message shows itself, with a picture of that; and pop-ups that can be shown to this person right now. */
export default function SizeChoice({ conversation, sized, choose, text }: Props) {
  const { t } = useWords()
  const contact = useFact((state) => state.conversations[conversation]?.contact.id)
  const name = useFact((state) => state.session?.agent.name ?? '')
  const [opened, setOpened] = useState(false)
  const size = sized.size ?? 'full'
  const buttons = sized.buttons ?? []
  const put = (place: number, part: Partial<MessageButton>) => choose({ ...sized, buttons: buttons.with(place, { ...buttons[place]!, ...part }) })
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" withinPortal trapFocus shadow="md" width={340}>
      <Popover.Target>
        <Tooltip label={t('size.title')} disabled={opened}>
          <ActionIcon aria-label={t('size.title')} aria-expanded={opened} variant={size === 'full' && !buttons.length ? 'subtle' : 'light'} onClick={() => setOpened(!opened)}>
            <IconAppWindow size={18} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('size.title')} className={css.box}>
        <div className={css.sizes} role="group" aria-label={t('size.title')}>
          {SIZES.map((one) => (
            <button key={one} type="button" aria-pressed={size === one} onClick={() => choose({ ...sized, size: one === 'full' ? undefined : one, picture: one === 'popup' ? true : undefined })}>
              <span className={css.sketch} data-size={one} aria-hidden="true"><i /><b /></span>{t(`size.${one}`)}
            </button>
          ))}
        </div>
        <p className={css.hint}>{t(`size.${size}Hint`)}</p>
        <div className={css.preview} data-size={size} aria-hidden="true"><b>{name}</b><p>{text.trim() || t('size.sample')}</p>{buttons.some(({ label }) => label) && <span>{buttons.map(({ label }, place) => label && <i key={place}>{label}</i>)}</span>}</div>
        {buttons.map((button, place) => (
          <fieldset key={place} className={css.button}>
            <legend className={css.hush}>{t('size.button', { n: place + 1 })}</legend>
            <Text label={t('size.label')} placeholder={t('size.label')} value={button.label} maxLength={60} write={(label) => put(place, { label })} />
            <ActionIcon onClick={() => choose({ ...sized, buttons: buttons.toSpliced(place, 1) })} aria-label={t('size.remove', { n: place + 1 })}><IconTrash size={16} /></ActionIcon>
            <Text label={t('size.goal')} placeholder={t('size.goal')} value={button.url || button.reply} maxLength={1000}
              write={(goal) => put(place, /^(https?:|mailto:|tel:|\/)/.test(goal) ? { url: goal, reply: '' } : { url: '', reply: goal })} />
          </fieldset>
        ))}
        {buttons.length < MOST && <Button size="compact-md" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => choose({ ...sized, buttons: [...buttons, { label: '', url: '', reply: '' }] })}>{t('size.add')}</Button>}
        {contact !== undefined && opened && <ShowModal contact={contact} done={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  )
}

/** Shows a pop-up to this person, where they are on the website now. */
function ShowModal({ contact, done }: { contact: number; done: () => void }) {
  const { t } = useWords()
  const live = useLive()
  const { data } = useModals()
  const show = async (id: number) => {
    const modal = data?.find((one) => one.id === id)
    const reach = modal && await live.rest<Reach>('POST', `modals/${id}/show/${contact}`, {}).catch(() => tellFailed(t))
    if (!reach) return
    done()
    notifications.show({ withBorder: true, message: reach.count ? t('modal.sent', { name: modal.name }) : t('modal.notHere'), closeButtonProps: { 'aria-label': t('close') } })
  }
  return (
    <label className={css.show}><span>{t('modal.send')}</span>
      <Select label={t('modal.send')} value="" pick={(id) => void show(Number(id))}>
        <option value="">{data?.length === 0 ? t('modal.sendNone') : t('modal.choose')}</option>
        {data?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </Select></label>
  )
}
