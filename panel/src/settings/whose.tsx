import { useFact } from '../live/context'
import { useMay } from '../live/may'
import type { For } from '../conversation/answers-data'
import { Select } from '../people/fields'
import { useWords } from '../words/words'
import css from './settings.module.css'

export type Whose = { for: For; group: number | null }

/** Whose it is: one's own, a group's or everybody's. */
export function WhoseChoice({ whose, pick }: { whose: Whose; pick: (whose: Whose) => void }) {
  const { t } = useWords()
  const groups = useFact((state) => state.groups)
  const shares = useMay('answers.share')
  const chosen = whose.for === 'group' ? `${whose.group}` : whose.for
  return (
    <div className={css.fieldset}>
      <span className={css.legend} aria-hidden="true">{t('canned.for')}</span>
      <Select label={t('canned.for')} value={chosen} disabled={!shares}
        pick={(value) => pick(value === 'me' || value === 'all' ? { for: value, group: null } : { for: 'group', group: Number(value) })}>
        <option value="me">{t('canned.for.me')}</option>
        <option value="all">{t('canned.for.all')}</option>
        {groups.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </Select>
    </div>
  )
}

/** Whose it is, in a word. */
export function useWhose() {
  const { t } = useWords()
  const groups = useFact((state) => state.groups)
  return ({ for: whose, group }: Whose) => (whose === 'group' ? groups.find(({ id }) => id === group)?.name ?? t('canned.for.gone') : t(whose === 'me' ? 'canned.for.me' : 'canned.for.all'))
}
