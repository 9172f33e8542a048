import { Button } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { useLive } from '../live/context'
import profile from '../people/profile.module.css'
import { tellFailed } from '../people/undo'
import { Section } from '../person/person'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import css from './deals.module.css'
import { useDealDeed } from './deeds'
import { Finder, type Sought } from './finder'
import { money } from './money'
import type { Deal } from './types'

/** Who else takes part. */
export function Participants({ deal }: { deal: Deal }) {
  const { t } = useWords()
  const change = useDealDeed()
  const ids = deal.participants.map(({ id }) => id)
  return (
    <Many title={t('deal.participants')} none={t('deal.noParticipants')} empty={!ids.length} add={t('deal.addParticipant')} of="contacts" without={ids}
      pick={(id) => void change(deal.id, { participants: [...ids, id] })}>
      {deal.participants.map(({ id, name }) => (
        <Linked key={id} name={name} remove={() => void change(deal.id, { participants: ids.filter((one) => one !== id) })}><Link to={`/person/${id}`}>{name}</Link></Linked>
      ))}
    </Many>
  )
}

/** What the deal is about; a product that nobody has written down yet is made on the way. */
export function Products({ deal }: { deal: Deal }) {
  const { t, locale } = useWords()
  const live = useLive()
  const change = useDealDeed()
  const ids = deal.products.map(({ id }) => id)
  const add = (id: number) => void change(deal.id, { products: [...ids, id] })
  const make = (name: string) => void live.rest<{ id: number }>('POST', 'products', { attributes: { name } }).then(({ id }) => add(id), (error: unknown) => tellFailed(t, refusal(error, t)))
  return (
    <>
      <Many title={t('deal.products')} none={t('deal.noProducts')} empty={!ids.length} add={t('deal.addProduct')} of="products" without={ids} pick={add} make={make}>
        {deal.products.map(({ id, name, custom_id: own }) => {
          const called = name ?? own ?? `#${id}`
          return <Linked key={id} name={called} remove={() => void change(deal.id, { products: ids.filter((one) => one !== id) })}>{called}</Linked>
        })}
      </Many>
      {deal.order_products.length > 0 && (
        <Section title={t('deal.ordered')}>
          <ul className={css.items}>
            {deal.order_products.map(({ name, product_custom_id: own, product, quantity, value, currency }, place) => (
              <li key={place} className={css.item}><span className={css.lines}>{quantity} × {name ?? own ?? `#${product}`}</span><span className={css.when}>{money(value, currency, locale)}</span></li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

function Linked({ name, remove, children }: { name: string; remove: () => void; children: ReactNode }) {
  const { t } = useWords()
  return (
    <span className={profile.pill}>
      <span className={profile.pillName}>{children}</span>
      <button type="button" className={profile.pillRemove} onClick={remove} aria-label={t('profile.remove', { name })}><IconX size={12} /></button>
    </span>
  )
}

type Props = { title: string; none: string; empty: boolean; add: string; of: Sought; without: number[]; pick: (id: number) => void; make?: (name: string) => void; children: ReactNode }

function Many({ title, none, empty, add, of, without, pick, make, children }: Props) {
  const [finding, setFinding] = useState(false)
  return (
    <Section title={title}>
      {empty ? <p className={profile.none}>{none}</p> : <div className={profile.pills}>{children}</div>}
      {finding
        ? <Finder of={of} label={add} without={without} pick={({ id }) => pick(id)} close={() => setFinding(false)} make={make && ((name) => { make(name); setFinding(false) })} />
        : <div><Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => setFinding(true)}>{add}</Button></div>}
    </Section>
  )
}
