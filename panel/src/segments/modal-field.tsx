import { useModals } from '../modals/data'
import { Select } from '../people/fields'
import { useWords } from '../words/words'

/** Which pop-up or automatic message; without one, any. The number is what its sentence says. */
export function ModalField({ value, write }: { value: number | undefined; write: (id: number | undefined) => void }) {
  const { t } = useWords()
  const { data } = useModals()
  return (
    <Select label={t('type.modal')} value={value ?? ''} pick={(id) => write(id ? Number(id) : undefined)}>
      <option value="">{t('condition.any')}</option>
      {data?.map(({ id, name }) => <option key={id} value={id}>{`${name} · #${id}`}</option>)}
    </Select>
  )
}
