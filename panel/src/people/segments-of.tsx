import { IconCheck, IconChevronRight, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { Section } from '../person/person'
import { sentence } from '../segments/sentence'
import type { Answer } from '../segments/types'
import { useWords } from '../words/words'
import { Select } from './fields'
import { useNames, useSegments } from './names'
import css from './profile.module.css'
import { useExplanation } from './profile-data'

/** The segments of a person, and of each the reason; also of those that they are not in. */
export function SegmentsOf({ contact }: { contact: { id: number; segments: number[] } }) {
  const { t } = useWords()
  const { segments } = useSegments()
  const [asked, setAsked] = useState<number[]>([])
  const inside = segments?.filter(({ id }) => contact.segments.includes(id)) ?? []
  const outside = segments?.filter(({ id }) => !contact.segments.includes(id)) ?? []
  return (
    <Section title={t('segments.title')}>
      {segments && inside.length === 0 && <p className={css.none}>{t('profile.noSegments')}</p>}
      <ul>
        {inside.map(({ id, name }) => <Why key={id} segment={id} name={name} contact={contact.id} inside />)}
        {outside.filter(({ id }) => asked.includes(id)).map(({ id, name }) => <Why key={id} segment={id} name={name} contact={contact.id} inside={false} opened />)}
      </ul>
      {outside.length > 0 && (
        <Select label={t('profile.whyNot')} value="" pick={(id) => setAsked((before) => [...before.filter((each) => each !== Number(id)), Number(id)])}>
          <option value="">{t('profile.whyNot')}</option>
          {outside.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </Select>
      )}
    </Section>
  )
}

type Props = { segment: number; name: string; contact: number; inside: boolean; opened?: boolean }

function Why({ segment, name, contact, inside, opened = false }: Props) {
  const { t } = useWords()
  const [open, setOpen] = useState(opened)
  const { data, isError } = useExplanation(segment, contact, open)
  return (
    <li className={css.segment}>
      <button type="button" className={css.why} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={14} aria-hidden="true" style={open ? { rotate: '90deg' } : undefined} />
        <span className={css.segmentName}>{name}</span>
        <span className={css.hint}>{t(inside ? 'profile.inside' : 'profile.outside')}</span>
      </button>
      {open && isError && <p className={css.error} role="alert">{t('profile.unexplained')}</p>}
      {open && data && <ul className={css.tree} aria-label={t('profile.why', { name })}><AnswerLine answer={data.answer} /></ul>}
    </li>
  )
}

/** A condition with its answer, and the parts of a group below it. */
function AnswerLine({ answer }: { answer: Answer }) {
  const { t, locale } = useWords()
  const names = useNames()
  const text = answer.condition ? sentence(answer.condition, { t, locale, names })
    : !answer.parts.length ? t(answer.group === 'any' ? 'group.nobody' : 'group.everybody') : t(`group.${answer.group ?? 'all'}`)
  return (
    <li>
      <span className={css.answer} data-holds={answer.holds}>
        {answer.holds ? <IconCheck size={14} role="img" aria-label={t('profile.holds')} /> : <IconX size={14} role="img" aria-label={t('profile.holdsNot')} />}
        <span>{text}</span>
      </span>
      {answer.parts.length > 0 && <ul>{answer.parts.map((part, index) => <AnswerLine key={index} answer={part} />)}</ul>}
    </li>
  )
}
