import { Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useLive } from '../live/context'
import { RestError } from '../live/rest'
import { NumberField, Select, Text } from '../people/fields'
import { attributeName, useAttributes, useRefresh } from '../people/names'
import type { Attribute } from '../people/types'
import { useWords, type Language } from '../words/words'
import { fits, said, typeFor } from './draft'
import css from './forms.module.css'
import { Said } from './said'
import { Tick } from './tick'
import type { Field } from './types'

const NEW = '+'

type Props = { field: Field; others: Field[]; language: Language; write: (field: Field) => void; remove: () => void }

/** One question: what is asked, how it is checked, and which attribute the answer fills. */
export function FieldEditor({ field, others, language, write, remove }: Props) {
  const { t } = useWords()
  const { kind } = field
  const change = (part: Partial<Field>) => write({ ...field, ...part })
  const isText = kind === 'text' || kind === 'long_text'
  return (
    <div className={css.fieldBody}>
      <Said label={t('field.label')} text={field.label} language={language} write={(label) => change({ label })} autoFocus />
      {kind !== 'hidden' && <Said label={t('field.help')} text={field.help} language={language} write={(help) => change({ help })} />}
      {!['checkbox', 'consent', 'choices', 'hidden', 'date'].includes(kind) && (
        <Said label={t('field.placeholder')} text={field.placeholder} language={language} write={(placeholder) => change({ placeholder })} />
      )}
      {(kind === 'choice' || kind === 'choices') && <Choices field={field} language={language} change={change} />}
      <Fills field={field} others={others} language={language} change={change} />
      {isText && (
        <div className={css.pair}>
          <label className={css.labelled}><span>{t('field.longest')}</span>
            <NumberField label={t('field.longest')} min={1} max={4000} value={field.longest ?? undefined} write={(longest) => change({ longest: longest ?? null })} /></label>
          <label className={css.labelled}><span>{t('field.pattern')}</span>
            <Text label={t('field.pattern')} placeholder="99-999" value={field.pattern} write={(pattern) => change({ pattern })} maxLength={100} /></label>
        </div>
      )}
      {isText && <p className={css.hint}>{t('field.patternHint')}</p>}
      {kind === 'number' && (
        <div className={css.pair}>
          <label className={css.labelled}><span>{t('field.least')}</span><NumberField label={t('field.least')} value={field.least ?? undefined} write={(least) => change({ least: least ?? null })} /></label>
          <label className={css.labelled}><span>{t('field.most')}</span><NumberField label={t('field.most')} value={field.most ?? undefined} write={(most) => change({ most: most ?? null })} /></label>
        </div>
      )}
      {kind === 'consent' && (
        <div className={css.pair}>
          <label className={css.labelled}><span>{t('field.purpose')}</span>
            <Text label={t('field.purpose')} value={field.purpose} write={(purpose) => change({ purpose: purpose.toLowerCase().replace(/[^a-z0-9_-]/g, '') })} maxLength={64} /></label>
          <label className={css.labelled}><span>{t('field.version')}</span>
            <Text label={t('field.version')} value={field.version} write={(version) => change({ version })} maxLength={64} /></label>
        </div>
      )}
      {kind === 'consent' && <p className={css.hint}>{t('field.consentHint')}</p>}
      {kind === 'hidden' && (
        <div className={css.pair}>
          <label className={css.labelled}><span>{t('field.parameter')}</span>
            <Text label={t('field.parameter')} placeholder="utm_source" value={field.parameter} write={(parameter) => change({ parameter })} maxLength={64} /></label>
          <label className={css.labelled}><span>{t('field.value')}</span>
            <Text label={t('field.value')} value={field.value} write={(value) => change({ value })} maxLength={1000} /></label>
        </div>
      )}
      <div className={css.fieldFoot}>
        {kind !== 'hidden' && <Tick label={t('field.isRequired')} on={field.required} turn={(required) => change({ required })} />}
        <Button variant="subtle" color="red" size="compact-md" h={36} leftSection={<IconTrash size={16} />} onClick={remove}>{t('field.remove')}</Button>
      </div>
    </div>
  )
}

/** One to a line: that is how people copy lists. */
function Choices({ field, language, change }: { field: Field; language: Language; change: (part: Partial<Field>) => void }) {
  const { t } = useWords()
  const [text, setText] = useState(() => field.choices.map((choice) => said(choice.label, language) || choice.value).join('\n'))
  const write = (next: string) => {
    setText(next)
    const lines = [...new Set(next.split('\n').map((line) => line.trim()).filter(Boolean))]
    change({
      choices: lines.map((line, place) => {
        const before = field.choices.find(({ label, value }) => Object.values(label).includes(line) || value === line) ?? (lines.length === field.choices.length ? field.choices[place] : undefined)
        // What is kept stays the same when only its words change.
        return { value: before?.value ?? line.slice(0, 255), label: { ...before?.label, [language]: line } }
      }),
    })
  }
  return (
    <label className={css.labelled}><span>{t('field.choices')}</span>
      <textarea className={css.lines4} rows={4} value={text} onChange={(event) => write(event.currentTarget.value)} /></label>
  )
}

/** Which attribute the answer fills; one that is not there yet is made here. */
function Fills({ field, others, language, change }: { field: Field; others: Field[]; language: Language; change: (part: Partial<Field>) => void }) {
  const { t } = useWords()
  const live = useLive()
  const refresh = useRefresh()
  const attributes = useAttributes()
  const [error, setError] = useState('')
  const taken = others.map(({ attribute }) => attribute)
  const fitting = (attributes ?? []).filter((each) => fits(field.kind, each) && !taken.includes(each.std))
  const make = async () => {
    setError('')
    const name = said(field.label, language).slice(0, 64) || field.key
    const type = typeFor(field.kind)
    const more = type === 'fixed' ? { choices: field.choices.map(({ value }) => value), multiple: true } : {}
    try {
      const made = await live.rest<Attribute>('POST', 'attributes', { name, type, ...more })
      refresh('names attributes')
      change({ attribute: made.std })
    } catch (problem) {
      setError(problem instanceof RestError && problem.code === 'taken' ? t('field.attributeTaken', { name }) : problem instanceof RestError && problem.status ? problem.message : t('failed.action'))
    }
  }
  const known = fitting.some(({ std }) => std === field.attribute)
  return (
    <label className={css.labelled}><span>{t('field.fills')}</span>
      <Select label={t('field.fills')} value={field.attribute ?? ''} pick={(next) => (next === NEW ? void make() : change({ attribute: next || null }))}>
        <option value="">{t('field.fillsNothing')}</option>
        {field.attribute && !known && <option value={field.attribute}>{field.attribute}</option>}
        {fitting.map((attribute) => <option key={attribute.std} value={attribute.std}>{attributeName(attribute, t)}</option>)}
        <option value={NEW}>{t('field.fillsNew', { name: said(field.label, language) || field.key })}</option>
      </Select>
      {error && <span className={css.error} role="alert">{error}</span>}
    </label>
  )
}
