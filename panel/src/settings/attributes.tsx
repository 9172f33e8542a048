import { ActionIcon, Button } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useCrm } from '../deals/data'
import { Late } from '../parts/late'
import { attributeName } from '../people/names'
import profile from '../people/profile.module.css'
import type { Attribute } from '../people/types'
import { useWords } from '../words/words'
import { AttributeForm } from './attribute-form'
import type { Subject } from './attribute-uses'
import { DeleteAttribute } from './delete-attribute'
import css from './settings.module.css'
import { Sheet } from './sheet'

const SUBJECTS: Subject[] = ['contact', 'company', 'deal', 'activity', 'product']

/** What may be known of people, companies, deals, activities and products: the application's own attributes, and those that everybody has. */
export default function Attributes() {
  const { t } = useWords()
  const [params, setParams] = useSearchParams()
  const subject = SUBJECTS.find((one) => one === params.get('of')) ?? 'contact'
  const [asking, setAsking] = useState<'new' | { what: 'edit' | 'delete'; attribute: Attribute }>()
  const { data, isError, refetch } = useCrm<Attribute[]>(['names', 'attributes', subject], `attributes?subject=${subject}`)
  const close = () => setAsking(undefined)
  const about = typeof asking === 'object' ? asking : undefined
  const own = data?.filter(({ id }) => id > 0)
  return (
    <Sheet title={t('settings.attributes')} why={t('attributeSettings.why')}
      actions={<Button leftSection={<IconPlus size={16} />} onClick={() => setAsking('new')}>{t('attributeSettings.new')}</Button>}>
      <div className={profile.filters} role="group" aria-label={t('attributeSettings.of')}>
        {SUBJECTS.map((one) => (
          <button key={one} type="button" className={profile.filter} aria-pressed={one === subject} onClick={() => setParams(one === 'contact' ? {} : { of: one }, { replace: true })}>{t(`attributeSettings.of.${one}`)}</button>
        ))}
      </div>
      {isError && !data && <div role="alert"><p>{t('attributeSettings.failed')}</p><Button variant="default" mt="xs" onClick={() => void refetch()}>{t('retry')}</Button></div>}
      {!data && !isError && <Late><p className={css.note}>{t('loading')}</p></Late>}
      {own && (
        <section className={css.group} aria-label={t('attributeSettings.own')}>
          <h3 className={css.groupName}>{t('attributeSettings.own')}</h3>
          {own.length === 0 ? <p className={css.note}>{t('attributeSettings.none')}</p> : (
            <ul className={css.rows} aria-label={t('attributeSettings.own')}>
              {own.map((one) => (
                <li key={one.id} className={css.row}>
                  <Lines attribute={one} />
                  <ActionIcon onClick={() => setAsking({ what: 'edit', attribute: one })} aria-label={t('attributeSettings.edit', { name: one.name })} title={t('attributeSettings.edit', { name: one.name })}><IconPencil size={16} /></ActionIcon>
                  <ActionIcon onClick={() => setAsking({ what: 'delete', attribute: one })} aria-label={t('attributeSettings.delete', { name: one.name })} title={t('attributeSettings.delete', { name: one.name })}><IconTrash size={16} /></ActionIcon>
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
      {data && (
        <section className={css.group} aria-label={t('attributeSettings.standard')}>
          <h3 className={css.groupName}>{t('attributeSettings.standard')}</h3>
          <p className={css.note}>{t('attributeSettings.standardWhy')}</p>
          <ul className={css.rows} aria-label={t('attributeSettings.standard')}>
            {data.filter(({ id }) => id === 0).map((one) => <li key={one.std} className={css.row}><Lines attribute={one} /></li>)}
          </ul>
        </section>
      )}
      {(asking === 'new' || about?.what === 'edit') && <AttributeForm subject={subject} attribute={about?.attribute} close={close} />}
      {about?.what === 'delete' && <DeleteAttribute subject={subject} attribute={about.attribute} close={close} />}
    </Sheet>
  )
}

function Lines({ attribute }: { attribute: Attribute }) {
  const { t } = useWords()
  const { type, choices, multiple, std, id, writable } = attribute
  const said = [
    t(`attributeType.${type}`),
    ...(multiple ? [t('attributeSettings.several')] : []),
    ...(id && choices.length ? [choices.join(', ')] : []),
    ...(!id && !writable ? [t('attributeSettings.follows')] : []),
  ]
  return <span className={css.lines}><strong>{attributeName(attribute, t)}</strong><span className={css.more}>{said.join(' · ')} · <code>{std}</code></span></span>
}
