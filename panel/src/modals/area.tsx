import { useMediaQuery } from '@mantine/hooks'
import { IconAppWindow, IconMessageBolt } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Area, View } from '../people/area'
import css from '../people/people.module.css'
import { fold } from '../theme'
import { useWords } from '../words/words'

const ICONS = { modal: IconAppWindow, message: IconMessageBolt } as const
export type Kind = keyof typeof ICONS
export const KINDS = Object.keys(ICONS) as Kind[]

/** Whether what shows itself on the site stands among the views of people: a phone's bar has no room for an icon of its own. */
export const useAmongPeople = (): boolean => useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false }) ?? false

/** The column beside everything that shows itself on the site. */
export function SiteArea({ kind, children }: { kind?: Kind; children: ReactNode }) {
  const { t } = useWords()
  if (useAmongPeople()) return <Area>{children}</Area>
  return (
    <div className={css.area}>
      <section className={css.views} aria-label={t('modals.title')}>
        <h1 className={css.viewsTitle}>{t('modals.title')}</h1>
        <ul className={css.viewList}>
          {KINDS.map((each) => <View key={each} to={`/modals?kind=${each}`} icon={ICONS[each]} here={each === kind}>{t(`modals.kind.${each}`)}</View>)}
        </ul>
      </section>
      {children}
    </div>
  )
}
