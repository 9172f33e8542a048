import type { AgentGroup } from '@shared/types'
import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useFact } from '../live/context'
import { useMay } from '../live/may'
import { Face } from '../parts/face'
import { Late } from '../parts/late'
import { useWords } from '../words/words'
import { EditGroup, LeaveGroup } from './group-form'
import { GroupRules } from './group-rules'
import css from './settings.module.css'
import { Sheet } from './sheet'

/** Groups of agents, and whose conversations go to which. */
export default function Groups() {
  const { t } = useWords()
  const groups = useFact((state) => state.groups)
  const known = useFact((state) => state.fresh)
  const manages = useMay('groups.manage')
  const [edited, setEdited] = useState<AgentGroup | 'new'>()
  const [leaving, setLeaving] = useState<AgentGroup>()
  const add = manages && <Button leftSection={<IconPlus size={16} />} onClick={() => setEdited('new')}>{t('groups.add')}</Button>
  return (
    <Sheet title={t('groups.title')} why={t('groups.why')} actions={groups.length > 0 && add}>
      {!manages && <p className={css.note} role="status">{t('groups.forbidden')}</p>}
      {!known && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {known && groups.length === 0 && (
        <div className={css.empty}>
          <h3 className={css.emptyTitle}>{t('groups.none')}</h3>
          <p>{t('groups.noneNext')}</p>
          {add}
        </div>
      )}
      {groups.length > 0 && (
        <ul className={css.rows} aria-label={t('groups.title')}>
          {groups.map((group) => (
            <li key={group.id} className={`${css.row} ${css.wraps}`}>
              <span className={css.lines}><strong>{group.name}</strong><Members group={group} /></span>
              {manages && (
                <span className={css.acts}>
                  <Button size="compact-md" variant="default" onClick={() => setEdited(group)} aria-label={t('groups.editName', { name: group.name })}>{t('groups.edit')}</Button>
                  <Button size="compact-md" variant="default" onClick={() => setLeaving(group)} aria-label={t('groups.deleteName', { name: group.name })}>{t('delete')}</Button>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {groups.length > 0 && <GroupRules manages={manages} />}
      {edited && <EditGroup key={edited === 'new' ? 0 : edited.id} group={edited === 'new' ? undefined : edited} close={() => setEdited(undefined)} />}
      <LeaveGroup group={leaving} close={() => setLeaving(undefined)} />
    </Sheet>
  )
}

function Members({ group }: { group: AgentGroup }) {
  const { t } = useWords()
  const agents = useFact((state) => state.agents)
  const members = agents.filter(({ id }) => group.agents.includes(id))
  if (!members.length) return <span className={css.more}>{t('groups.nobody')}</span>
  return (
    <span className={css.members}>
      {members.map(({ id, name }) => <span key={id} className={css.member}><Face id={id} name={name} size="small" />{name}</span>)}
    </span>
  )
}
