import { Button, Menu } from '@mantine/core'
import { IconBookmark, IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import type { TableAddress } from './address'
import { AskName } from './ask-name'
import { Text } from './fields'
import fields from './fields.module.css'
import css from './people.module.css'
import { tellFailed, tellWithUndo } from './undo'
import { useViewDeeds, type View } from './views-data'

type Props = { here: TableAddress & { sort: string }; views: View[]; columns: string[] }
type Asking = 'save' | 'rename'

/** What can be done with the view that is open, or with what the table shows without one. */
export function ViewMenu({ here, views, columns }: Props) {
  const { t } = useWords()
  const deeds = useViewDeeds()
  const [asking, setAsking] = useState<Asking>()
  const { view, changed } = here
  const { where, search, sort } = here.question
  const shown = { where, search, sort, columns }
  const failed = (error: unknown) => tellFailed(t, refusal(error, t))

  const save = (name: string, shared: boolean) => deeds.make({ name, shared, ...shown }).then((made) => here.open(made.id), failed)
  const update = (one: View) => deeds.change(one.id, shown).then(here.discard, failed)
  const share = (one: View) => deeds.change(one.id, { shared: !one.shared }).catch(failed)
  const remove = (one: View) => deeds.remove(one.id).then(() => {
    here.open(undefined)
    tellWithUndo(t, t('saved.deleted', { name: one.name }), () => deeds.restore(one.id).then(() => here.open(one.id)))
  }, failed)
  const move = (one: View, step: number) => {
    const ids = views.map(({ id }) => id).filter((id) => id !== one.id)
    ids.splice(views.findIndex(({ id }) => id === one.id) + step, 0, one.id)
    return deeds.order(ids).catch(failed)
  }
  const place = views.findIndex(({ id }) => id === view?.id)
  return (
    <>
      {view && changed && <Button className={css.wideOnly} size="compact-md" h={36} variant="light" onClick={() => void update(view)}>{t('saved.update')}</Button>}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-md" h={36} variant="default" leftSection={<IconBookmark size={16} />} rightSection={<IconChevronDown size={14} />}>{t('saved.menu')}</Button>
        </Menu.Target>
        <Menu.Dropdown aria-label={t('saved.menu')}>
          <Menu.Item onClick={() => setAsking('save')}>{t('saved.save')}</Menu.Item>
          {view && changed && <Menu.Item onClick={() => void update(view)}>{t('saved.updateName', { name: view.name })}</Menu.Item>}
          {changed && <Menu.Item onClick={here.discard}>{t(view ? 'saved.discard' : 'saved.reset')}</Menu.Item>}
          {view && (
            <>
              <Menu.Divider role="separator" />
              <Menu.Item onClick={() => setAsking('rename')}>{t('saved.rename')}</Menu.Item>
              <Menu.Item onClick={() => void share(view)}>{t(view.shared ? 'saved.unshare' : 'saved.share')}</Menu.Item>
              <Menu.Item disabled={place <= 0} onClick={() => void move(view, -1)}>{t('saved.up')}</Menu.Item>
              <Menu.Item disabled={place === views.length - 1} onClick={() => void move(view, 1)}>{t('saved.down')}</Menu.Item>
              <Menu.Divider role="separator" />
              <Menu.Item onClick={() => void remove(view)}>{t('saved.delete')}</Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Save opened={asking === 'save'} close={() => setAsking(undefined)} save={save} />
      <AskName key={view?.id} opened={asking === 'rename'} close={() => setAsking(undefined)} title={t('saved.name')} label={t('saved.name')} first={view?.name}
        save={(name) => (view ? deeds.change(view.id, { name }).catch(failed) : Promise.resolve())} />
    </>
  )
}

function Save({ opened, close, save }: { opened: boolean; close: () => void; save: (name: string, shared: boolean) => Promise<unknown> }) {
  const { t } = useWords()
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const done = () => {
    close()
    setName('')
    setShared(false)
  }
  return (
    <Dialog opened={opened} onClose={done} title={t('saved.new')}>
      <form className={css.saveView} onSubmit={(event) => {
        event.preventDefault()
        if (!name.trim()) return
        void save(name.trim(), shared)
        done()
      }}>
        <Text label={t('saved.name')} placeholder={t('saved.name')} value={name} write={setName} maxLength={64} data-autofocus />
        <label className={fields.choice}>
          <input type="checkbox" className={fields.check} checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />
          {t('saved.forTeam')}
        </label>
        <p className={css.hint}>{t('saved.holds')}</p>
        <div className={css.saveFoot}>
          <Button variant="default" onClick={done}>{t('cancel')}</Button>
          <Button type="submit" disabled={!name.trim()}>{t('save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
