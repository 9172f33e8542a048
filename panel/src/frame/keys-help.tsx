import { Dialog } from '../parts/dialog'
import { Keys } from '../parts/keys'
import { useWords } from '../words/words'
import { useActionList } from './actions'
import css from './frame.module.css'

/** The keys that do something on this screen, from the same list that runs them. */
export default function KeysHelp({ close }: { close: () => void }) {
  const { t } = useWords()
  const actions = useActionList().filter((action) => action.keys)
  const groups = [...new Set(actions.map((action) => action.group))]
  return (
    <Dialog opened onClose={close} title={t('keys.help')} size="lg">
      <div className={css.help}>
        {groups.map((group) => (
          <section key={group} className={css.helpGroup}>
            <h3>{group}</h3>
            {actions.filter((action) => action.group === group).map((action) => (
              <div key={action.id} className={css.helpRow}>
                <span>{action.label}</span>
                <Keys keys={action.keys!} />
              </div>
            ))}
          </section>
        ))}
      </div>
    </Dialog>
  )
}
