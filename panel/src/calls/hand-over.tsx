import { Button } from '@mantine/core'
import { useFact } from '../live/context'
import { Dialog } from '../parts/dialog'
import { Face } from '../parts/face'
import { useWords } from '../words/words'
import css from './calls.module.css'
import type { Phone } from './phone'
import { trouble } from './trouble'
import { usePhone } from './use-phone'

/** Which colleague takes the call; those who could take it stand first. */
export function HandOver({ phone, close }: { phone: Phone; close: () => void }) {
  const { t } = useWords()
  const { failed, busy } = usePhone(phone)
  const agents = useFact((state) => state.agents)
  const me = useFact((state) => state.session?.agent.id)
  const free = (agent: (typeof agents)[number]) => agent.online && (agent.state ?? 'available') === 'available'
  const others = agents.filter(({ id }) => id !== me).sort((a, b) => Number(free(b)) - Number(free(a)) || a.name.localeCompare(b.name))
  return (
    <Dialog opened onClose={close} title={t('calls.handOver')}>
      <div className={css.form}>
        <p className={css.more}>{t('calls.handOverWhat')}</p>
        {others.length === 0 && <p>{t('calls.noColleagues')}</p>}
        <ul className={css.colleagues} aria-label={t('calls.colleagues')}>
          {others.map((agent, index) => (
            <li key={agent.id} className={css.either}>
              <button type="button" className={css.colleague} data-autofocus={(index === 0 && free(agent)) || undefined} disabled={!free(agent) || busy} onClick={() => void phone.handOver(agent)}>
                <Face id={agent.id} name={agent.name} online={agent.online} state={agent.state} />
                <span className={css.who}><span>{agent.name}</span><span className={css.more}>{t(free(agent) ? 'calls.free' : agent.online ? 'calls.notFree' : 'calls.away')}</span></span>
              </button>
              {free(agent) && <Button size="compact-md" variant="default" disabled={busy} aria-label={t('calls.askFirstOf', { name: agent.name })} onClick={() => void phone.consult(agent.id).then(close)}>{t('calls.askFirst')}</Button>}
            </li>
          ))}
        </ul>
        {failed !== null && <p className={css.failed} role="alert">{trouble(failed, t)}</p>}
      </div>
    </Dialog>
  )
}
