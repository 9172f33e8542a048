import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Widget, WidgetList } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { useMay } from '../live/may'
import { Late } from '../parts/late'
import { tellFailed, tellWithUndo } from '../people/undo'
import css from '../settings/settings.module.css'
import { Sheet } from '../settings/sheet'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { Designer } from './designer'

export const called = (widget: Widget, usual: string): string => (widget.key === 'default' && widget.name === 'Default' ? usual : widget.name)

/** The widgets of the application, and the designer of the one that was chosen. */
export default function Looks() {
  const { t } = useWords()
  const live = useLive()
  const queries = useQueryClient()
  const online = useFact((state) => state.phase === 'online')
  const manages = useMay('widgets.manage')
  const [open, setOpen] = useState<string>()
  const { data, error, refetch } = useQuery({ queryKey: ['widgets'], queryFn: ({ signal }) => live.rest<WidgetList>('GET', 'widgets', undefined, signal), enabled: online && manages, staleTime: 10_000 })
  const widgets = data?.widgets ?? []
  const again = () => queries.invalidateQueries({ queryKey: ['widgets'] })
  const chosen = widgets.find(({ key }) => key === open)
  const add = async () => {
    try {
      const made = await live.rest<Widget>('POST', 'widgets', { name: t('looks.new'), settings: { on: false } })
      await again()
      setOpen(made.key)
    } catch (failure) {
      tellFailed(t, refusal(failure, t))
    }
  }
  const remove = async (widget: Widget) => {
    try {
      await live.rest('DELETE', `widgets/${widget.id}`)
      await again()
      // Its key is a new one.
      tellWithUndo(t, t('looks.deleted', { name: widget.name }), async () => {
        await live.rest('POST', 'widgets', { name: widget.name, settings: widget.settings })
        await again()
      })
    } catch (failure) {
      tellFailed(t, refusal(failure, t))
    }
  }
  if (chosen) return <Designer key={chosen.key} widget={chosen} close={() => setOpen(undefined)} changed={again} />
  return (
    <Sheet title={t('looks.heading')} why={t('looks.why')} actions={manages && data && <Button leftSection={<IconPlus size={16} />} onClick={() => void add()}>{t('looks.add')}</Button>}>
      {!manages && <p className={css.note} role="status">{t('looks.forbidden')}</p>}
      {error && !data && <div role="alert"><p>{t('looks.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !error && manages && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {data && (
        <ul className={css.rows} aria-label={t('looks.list')}>
          {widgets.map((widget) => {
            const name = called(widget, t('looks.default'))
            const { urls } = widget.settings.rules
            return (
              <li key={widget.key} className={`${css.row} ${css.wraps}`}>
                <span className={css.lines}>
                  <strong>{name}</strong>
                  <span className={css.more}>{!widget.settings.on ? t('looks.off') : widget.key === 'default' ? t('looks.defaultWhat') : urls.length ? t('looks.onPages', { pages: urls.join(', ') }) : t('looks.everywhere')}</span>
                </span>
                <span className={css.acts}>
                  <Button size="compact-md" variant="default" onClick={() => setOpen(widget.key)} aria-label={t('looks.editName', { name })}>{t('looks.edit')}</Button>
                  {widget.key !== 'default' && <Button size="compact-md" variant="default" onClick={() => void remove(widget)} aria-label={t('looks.deleteName', { name })}>{t('delete')}</Button>}
                </span>
              </li>
            )
          })}
        </ul>
      )}
    </Sheet>
  )
}
