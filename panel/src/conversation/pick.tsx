import { TextInput } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react'
import css from '../inbox/marks.module.css'
import { Dialog } from '../parts/dialog'
import { useWords } from '../words/words'
import { fold } from '../parts/fold'

export type Option = { id: string; name: string; icon?: ReactNode; more?: string; chosen?: boolean; run: () => void }

type Props = {
  title: string
  options: Option[]
  close: () => void
  /** Stays open after a choice: several may be made. */
  several?: boolean
  /** What is written and not there can be made. */
  make?: (name: string) => void
}

/** When it stands, and not a moment later: what is typed next is for it. */
const focus = (input: HTMLInputElement | null): void => input?.focus({ preventScroll: true })

/** A short list that is chosen from by typing, arrows and Enter, or by pointing. */
export function Pick({ title, options, close, several, make }: Props) {
  const { t } = useWords()
  const list = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const wanted = text.trim()
  const found = options.filter(({ name }) => fold(name).includes(fold(wanted)))
  const fresh = make && wanted && !options.some(({ name }) => fold(name) === fold(wanted))
  const all: Option[] = fresh ? [...found, { id: 'make', name: t('choose.make', { name: wanted }), run: () => { make(wanted); setText('') } }] : found
  const current = Math.min(at, all.length - 1)
  const choose = (option: Option | undefined) => {
    if (!option) return
    option.run()
    if (!several) close()
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) setAt((current + step + all.length) % Math.max(1, all.length))
    else if (event.key === 'Enter') choose(all[current])
    else return
    event.preventDefault()
  }
  return (
    <Dialog opened onClose={close} title={title} size="sm" transitionProps={{ duration: 0 }}>
      <div className={css.pick}>
        <TextInput ref={focus} data-autofocus value={text} placeholder={t('choose.filter')} aria-label={title} role="combobox" aria-expanded="true" aria-controls={list}
          aria-activedescendant={all[current] && `${list}-${all[current].id}`} onChange={(event) => { setText(event.currentTarget.value); setAt(0) }} onKeyDown={press} />
        <div id={list} role="listbox" aria-label={title} aria-multiselectable={several || undefined} className={css.options}>
          {all.map((option, index) => (
            <div key={option.id} id={`${list}-${option.id}`} role="option" aria-selected={option.chosen ?? false} className={css.option} data-at={index === current || undefined}
              ref={(element) => { if (index === current) element?.scrollIntoView({ block: 'nearest' }) }}
              onPointerMove={() => setAt(index)} onClick={() => choose(option)}>
              {option.icon}
              <span className={css.optionName}>{option.name}</span>
              {option.more && <span className={css.optionMore}>{option.more}</span>}
              {option.chosen && <IconCheck size={16} aria-hidden="true" />}
            </div>
          ))}
          {!all.length && <p className={css.none}>{t('palette.empty')}</p>}
        </div>
      </div>
    </Dialog>
  )
}
