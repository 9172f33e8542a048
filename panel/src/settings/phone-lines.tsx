import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { Switch } from '../forms/tick'
import type { PhoneLine } from '../live/api-types'
import { useLive } from '../live/context'
import { tellFailed } from '../people/undo'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { spaced, useLines, useLinesChanged } from './phone-data'
import { LineForm } from './phone-line-form'
import own from './phone.module.css'
import css from './settings.module.css'
import { Sure } from './sure'

/** Trunks of the company's own telephone provider (SIP), beside the numbers that are bought here. */
export function Lines({ countries }: { countries: string[] }) {
  const { t } = useWords()
  const { data } = useLines()
  const changed = useLinesChanged()
  const [editing, setEditing] = useState<PhoneLine | 'new'>()
  const [leaving, setLeaving] = useState<PhoneLine>()
  if (!data) return null
  return (
    <section className={own.section} aria-labelledby="phone-lines">
      <div className={own.head}>
        <h3 id="phone-lines" className={css.partName}>{t('phone.lines')}</h3>
        <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>{t('phone.lineAdd')}</Button>
      </div>
      <p className={css.note}>{t('phone.linesWhy')}</p>
      {data.lines.length > 0 && (
        <ul className={css.rows} aria-label={t('phone.lines')}>
          {data.lines.map((line) => <Row key={line.id} of={line} edit={() => setEditing(line)} leave={() => setLeaving(line)} />)}
        </ul>
      )}
      {editing && <LineForm of={editing === 'new' ? undefined : editing} countries={countries} close={() => setEditing(undefined)} />}
      {leaving && <Sure title={t('phone.lineDelete', { name: leaving.name })} why={t('phone.lineDeleteWhy')} path={`phone-lines/${leaving.id}`} done={() => void changed()} close={() => setLeaving(undefined)} />}
    </section>
  )
}

function Row({ of, edit, leave }: { of: PhoneLine; edit: () => void; leave: () => void }) {
  const { t, locale } = useWords()
  const live = useLive()
  const changed = useLinesChanged()
  const amount = (minutes: number) => new Intl.NumberFormat(locale).format(minutes)
  const turn = async () => {
    try {
      await live.rest('PATCH', `phone-lines/${of.id}`, { on: !of.on })
    } catch (error) {
      tellFailed(t, refusal(error, t))
    }
    await changed()
  }
  return (
    <li className={`${css.row} ${css.wraps}`}>
      <span className={css.lines}>
        <strong>{of.name}</strong>
        <span className={css.more}>{[of.host, ...of.numbers.map(({ number }) => spaced(number))].join(' · ')}</span>
        <span className={of.state.phase === 'down' ? own.bad : css.more} role="status">
          {t(`phone.phase.${of.state.phase}`)}{of.state.phase === 'down' && of.state.said ? `: ${of.state.said}` : ''}
        </span>
        {of.minutes_a_day > 0 && <span className={css.more}>{t('phone.lineToday', { used: amount(of.minutes_today), most: amount(of.minutes_a_day) })}</span>}
      </span>
      <span className={css.acts}>
        <Switch on={of.on} turn={() => void turn()} label={t('phone.lineOn', { name: of.name })} />
        <Button size="compact-md" variant="default" onClick={edit} aria-label={t('phone.lineEditOf', { name: of.name })}>{t('phone.lineEdit')}</Button>
        <Button size="compact-md" variant="default" onClick={leave} aria-label={t('phone.lineDelete', { name: of.name })}>{t('delete')}</Button>
      </span>
    </li>
  )
}
