import { Button, NativeSelect, NumberInput, PasswordInput, Textarea, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { LineNumber, PhoneLine } from '../live/api-types'
import { useFact, useLive } from '../live/context'
import { Dialog } from '../parts/dialog'
import { refusal } from '../words/refusals'
import { useWords } from '../words/words'
import { useCountries, useLinesChanged } from './phone-data'
import own from './phone.module.css'
import css from './settings.module.css'

type Props = { of?: PhoneLine; countries: string[]; close: () => void }

const inLines = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean)

/** A trunk as its provider describes it: where, as whom, with which numbers. */
export function LineForm({ of, countries, close }: Props) {
  const { t, locale } = useWords()
  const live = useLive()
  const changed = useLinesChanged()
  const groups = useFact((state) => state.groups)
  const names = useCountries(countries)
  const [name, setName] = useState(of?.name ?? '')
  const [host, setHost] = useState(of?.host ?? '')
  const [port, setPort] = useState<number | string>(of?.port ?? 5060)
  const [transport, setTransport] = useState(of?.transport ?? 'udp')
  const [user, setUser] = useState(of?.user ?? '')
  const [password, setPassword] = useState('')
  const [numbers, setNumbers] = useState(of?.numbers.map(({ number }) => number).join('\n') ?? '')
  const [group, setGroup] = useState(String(of?.numbers[0]?.group ?? ''))
  const [country, setCountry] = useState(of?.countries[0] ?? (new Intl.Locale(locale).maximize().region ?? 'PL'))
  const [minutes, setMinutes] = useState<number | string>(of?.minutes_a_day ?? 1000)
  const [keeps, setKeeps] = useState(of?.keeps ?? 'register')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState('')
  const listed = inLines(numbers)
  const ready = name.trim() && host.trim() && listed.length > 0 && typeof port === 'number' && typeof minutes === 'number'
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (!ready || busy) return
    setBusy(true)
    setRefused('')
    const before = new Map(of?.numbers.map((each): [string, LineNumber] => [each.number, each]))
    // One group for all of them; what another group was chosen for over the API stays as it was.
    const one = new Set(of?.numbers.map((each) => each.group)).size < 2
    const chosen = group ? Number(group) : null
    const given = {
      name: name.trim(), host: host.trim(), port, transport, user: user.trim(), keeps, minutes_a_day: minutes,
      countries: [country, ...(of?.countries ?? []).filter((each) => each !== country)],
      numbers: listed.map((number) => ({ number, group: one ? chosen : before.get(number)?.group ?? chosen })),
      ...(password ? { password } : {}),
    }
    try {
      await live.rest(of ? 'PATCH' : 'POST', of ? `phone-lines/${of.id}` : 'phone-lines', given)
      await changed()
      close()
    } catch (error) {
      setRefused(refusal(error, t))
      setBusy(false)
    }
  }
  return (
    <Dialog opened onClose={close} title={t(of ? 'phone.lineEditTitle' : 'phone.lineAdd')}>
      <form className={css.form} onSubmit={(event) => void save(event)}>
        <TextInput label={t('phone.lineName')} description={t('phone.lineNameWhy')} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={100} data-autofocus />
        <TextInput label={t('phone.lineHost')} description={t('phone.lineHostWhy')} value={host} onChange={(event) => setHost(event.currentTarget.value)} maxLength={253} autoComplete="off" spellCheck={false} />
        <div className={own.amounts}>
          <NumberInput label={t('phone.linePort')} value={port} onChange={setPort} min={1} max={65535} allowDecimal={false} />
          <NativeSelect label={t('phone.lineTransport')} value={transport} onChange={(event) => setTransport(event.currentTarget.value as PhoneLine['transport'])} data={[{ value: 'udp', label: 'UDP' }, { value: 'tcp', label: 'TCP' }]} />
        </div>
        <TextInput label={t('phone.lineUser')} value={user} onChange={(event) => setUser(event.currentTarget.value)} maxLength={64} autoComplete="off" spellCheck={false} />
        <PasswordInput label={t('phone.linePassword')} description={t(of ? 'phone.linePasswordKept' : 'phone.secretWhy')} value={password} onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="off" spellCheck={false} visibilityToggleButtonProps={{ 'aria-label': t('phone.linePassword') }} />
        <Textarea label={t('phone.lineNumbers')} description={t('phone.lineNumbersWhy')} value={numbers} onChange={(event) => setNumbers(event.currentTarget.value)} autosize minRows={2} maxRows={8} spellCheck={false} />
        <NativeSelect label={t('phone.rings')} value={group} onChange={(event) => setGroup(event.currentTarget.value)}
          data={[{ value: '', label: t('phone.everyone') }, ...groups.map(({ id, name: called }) => ({ value: String(id), label: called }))]} />
        <NativeSelect label={t('phone.country')} description={t('phone.countryWhy')} value={country} onChange={(event) => setCountry(event.currentTarget.value)} data={names} />
        <NumberInput label={t('phone.minutesADay')} description={t('phone.lineMinutesWhy')} value={minutes} onChange={setMinutes} min={0} max={100_000} allowDecimal={false} />
        <NativeSelect label={t('phone.lineKeeps')} value={keeps} onChange={(event) => setKeeps(event.currentTarget.value as PhoneLine['keeps'])}
          data={(['register', 'options', 'nothing'] as const).map((each) => ({ value: each, label: t(`phone.keeps.${each}`) }))} />
        {refused && <p role="alert" className={own.bad}>{refused}</p>}
        <div className={css.foot}><Button variant="default" onClick={close}>{t('cancel')}</Button><Button type="submit" loading={busy} disabled={!ready}>{t('save')}</Button></div>
      </form>
    </Dialog>
  )
}
