import { Button } from '@mantine/core'
import { useState } from 'react'
import { Many, Select } from '../people/fields'
import fields from '../people/fields.module.css'
import { useAttributes, useLists, useTags } from '../people/names'
import { useWords } from '../words/words'
import { Columns } from './columns'
import { useDeed } from './data'
import css from './importing.module.css'
import { Counts, Errors, Progress } from './progress'
import { reasonIn } from './reasons'
import { Recognised } from './recognised'
import type { Choice, Import, Match } from './types'

/** What was guessed, as somebody may change it. */
function guessed(found: Import): Choice[] {
  return found.columns.map(({ header, attribute, type, new: isNew }, place): Choice => {
    if (attribute === null) return { to: 'leave' }
    return isNew ? { to: 'new', name: attribute || header, type: type ?? found.types[place] ?? 'string' } : { to: 'known', std: attribute }
  })
}

/** The order as the API takes it. */
function order(choices: Choice[], match: Match, tags: string[], lists: number[]) {
  return {
    mapping: choices.map((one) => (one.to === 'leave' ? null : one.to === 'known' ? one.std : one.name.trim())),
    types: choices.map((one) => (one.to === 'new' ? one.type : null)),
    match, tags, lists,
  }
}

/** Two columns for one attribute: the second one of them, by its place. */
function doubled(choices: Choice[]): number {
  const keys = choices.map((one) => (one.to === 'known' ? one.std : one.to === 'new' ? one.name.trim().toLowerCase() : ''))
  return keys.findIndex((key, place) => key !== '' && keys.indexOf(key) < place)
}

/** Everything that is to be said before rows go in; a dry run tells what they would do. */
export function Setup({ found }: { found: Import }) {
  const { t } = useWords()
  const attributes = useAttributes()
  const known = useTags()
  const allLists = useLists()
  const deed = useDeed(found.id)
  const [choices, setChoices] = useState(() => guessed(found))
  const [match, setMatch] = useState<Match>(found.match)
  const [tags, setTags] = useState(found.tags)
  const [lists, setLists] = useState(found.lists)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const [tried, setTried] = useState('')
  const wanted = order(choices, match, tags, lists)
  const written = JSON.stringify(wanted)
  const twice = doubled(choices)
  const nameless = choices.findIndex((one) => one.to === 'new' && !one.name.trim())
  const nothing = choices.every(({ to }) => to === 'leave')
  const wrong = nothing ? t('import.nothingChosen') : nameless >= 0 ? t('import.nameless', { column: found.columns[nameless]!.header })
    : twice >= 0 ? t('import.twice', { column: found.columns[twice]!.header }) : ''
  const trying = found.state === 'running' || found.state === 'paused'

  const does = async (what: 'check' | 'start') => {
    setBusy(true)
    setTried(what === 'check' ? written : '')
    setError(reasonIn(await deed(what, wanted), t))
    setBusy(false)
  }
  return (
    <>
      <Recognised found={found} />
      <section className={css.card} aria-label={t('import.columns')}>
        <h3 className={css.cardTitle}>{t('import.columns')}</h3>
        <p className={css.hint}>{t('import.columnsHint')}</p>
        <Columns found={found} attributes={attributes ?? []} choices={choices} change={setChoices} />
      </section>
      <section className={css.card} aria-label={t('import.how')}>
        <h3 className={css.cardTitle}>{t('import.how')}</h3>
        <label className={css.labelled}><span className={css.label}>{t('import.match')}</span>
          <Select label={t('import.match')} value={match} pick={(next) => setMatch(next as Match)}>
            {(['auto', 'email', 'custom_id'] as const).map((each) => <option key={each} value={each}>{t(`importMatch.${each}`)}</option>)}
          </Select>
          <span className={css.hint}>{t('import.matchHint')}</span></label>
        <label className={css.labelled}><span className={css.label}>{t('import.tags')}</span>
          <Many label={t('import.tags')} values={tags} placeholder={t('import.tagsHint')} offers={known?.map(({ name }) => name)} write={setTags} /></label>
        {allLists && allLists.length > 0 && (
          <fieldset className={fields.choices}>
            <legend className={css.label}>{t('import.lists')}</legend>
            {allLists.map(({ id, name }) => (
              <label key={id} className={fields.choice}>
                <input type="checkbox" className={fields.check} checked={lists.includes(id)}
                  onChange={(event) => setLists(event.currentTarget.checked ? [...lists, id] : lists.filter((each) => each !== id))} />
                {name}
              </label>
            ))}
          </fieldset>
        )}
      </section>
      {trying && <Progress found={found} />}
      {found.state === 'checked' && (
        <section className={css.card} aria-label={t('import.tried')} data-stale={(tried !== '' && tried !== written) || undefined}>
          <h3 className={css.cardTitle}>{t('import.tried')}</h3>
          {tried !== '' && tried !== written && <p className={css.hint} role="status">{t('import.triedStale')}</p>}
          <Counts found={found} />
          <Errors found={found} />
        </section>
      )}
      {(error || wrong) && <p className={css.error} role="alert">{error || wrong}</p>}
      <div className={css.dock}>
        <Button variant="default" disabled={wrong !== '' || busy || trying} onClick={() => void does('check')}>{t('import.try')}</Button>
        <Button disabled={wrong !== '' || busy || trying} loading={busy} onClick={() => void does('start')}>{t('import.start', { n: found.rows })}</Button>
      </div>
    </>
  )
}
