import { Button } from '@mantine/core'
import type { SecondFactors } from '../live/api-types'
import { useFact } from '../live/context'
import css from '../settings/settings.module.css'
import { Sheet } from '../settings/sheet'
import { useWords } from '../words/words'
import { useAsked } from './data'
import { Passkeys } from './passkeys'
import { SecondFactor } from './second-factor'

/** Who is allowed nothing yet: the application asks for a second factor first, or the role allows nothing. */
export default function Enrol({ done, signOut }: { done: () => void; signOut: () => void }) {
  const { t } = useWords()
  const narrow = useFact((state) => state.session?.permissions.length === 1)
  const { data } = useAsked<SecondFactors>('profile/second')
  // Until it is known which of the two it is, the way out is there.
  const asked = data ? data.required || !narrow : !narrow
  return (
    <main className={css.main}>
      <Sheet title={t(asked ? 'enrol.title' : 'enrol.nothing')} why={t(asked ? 'enrol.why' : 'enrol.nothingWhy')}>
        {asked && <><SecondFactor /><Passkeys /></>}
        <div className={css.acts}>
          {!narrow && <Button onClick={done}>{t('enrol.done')}</Button>}
          <Button variant="default" onClick={signOut}>{t('enrol.out')}</Button>
        </div>
      </Sheet>
    </main>
  )
}
