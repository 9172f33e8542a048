import { Button } from '@mantine/core'
import { IconVolume } from '@tabler/icons-react'
import { audible, play } from '../frame/chime'
import { useSound } from '../frame/notices'
import type { MyNotices } from '../live/api-types'
import fields from '../people/fields.module.css'
import { useWords } from '../words/words'
import own from './privacy.module.css'
import css from './settings.module.css'
import week from './stretches.module.css'

type Sound = MyNotices['sound']
const TONES: Sound['tone'][] = ['chime', 'bell', 'knock']
const COUNTED: MyNotices['badge'] = ['mine', 'unassigned', 'others']

type Props = { sound: Sound; badge: MyNotices['badge']; change: (part: Partial<Pick<MyNotices, 'sound' | 'badge'>>) => void }

/** How the open panel rings, and what it counts in its title. */
export function SoundRules({ sound, badge, change }: Props) {
  const { t } = useWords()
  const [here, setHere] = useSound()
  const set = (part: Partial<Sound>) => change({ sound: { ...sound, ...part } })
  const listen = () => void audible().then((can) => can && play(sound.tone, sound.volume))
  return (
    <>
      <section className={own.section}>
        <h3 className={own.title}>{t('notices.sound')}</h3>
        <p className={css.note}>{t('notices.soundWhy')}</p>
        <div className={week.line}>
          <label className={week.line}>
            <span>{t('notices.tone')}</span>
            <select className={fields.field} value={sound.tone} onChange={(event) => set({ tone: event.currentTarget.value as Sound['tone'] })}>
              {TONES.map((tone) => <option key={tone} value={tone}>{t(`notices.tone.${tone}`)}</option>)}
            </select>
          </label>
          <label className={week.line}>
            <span>{t('notices.volume')}</span>
            <input type="range" className={week.volume} min={0} max={100} step={5} value={sound.volume} aria-valuetext={`${sound.volume} %`} onChange={(event) => set({ volume: event.currentTarget.valueAsNumber })} />
          </label>
          <Button variant="default" leftSection={<IconVolume size={16} />} onClick={listen}>{t('notices.listen')}</Button>
        </div>
        <label className={week.line}>
          <span>{t('notices.each')}</span>
          <select className={fields.field} value={sound.each} onChange={(event) => set({ each: event.currentTarget.value as Sound['each'] })}>
            <option value="message">{t('notices.each.message')}</option>
            <option value="conversation">{t('notices.each.conversation')}</option>
          </select>
        </label>
        <label className={week.head}>
          <input type="checkbox" className={own.check} checked={sound.focused} onChange={() => set({ focused: !sound.focused })} />
          <span className={css.lines}><strong>{t('notices.focused')}</strong><span className={css.more}>{t('notices.focusedWhat')}</span></span>
        </label>
        <label className={week.head}>
          <input type="checkbox" className={own.check} checked={here} onChange={() => setHere(!here)} />
          <span className={css.lines}><strong>{t('notices.soundHere')}</strong><span className={css.more}>{t('notices.soundHereWhat')}</span></span>
        </label>
      </section>
      <section className={own.section}>
        <fieldset className={css.fieldset}>
          <legend className={own.title}>{t('notices.badge')}</legend>
          <p className={css.note}>{t('notices.badgeWhy')}</p>
          <span className={week.always}>
            {COUNTED.map((kind) => (
              <label key={kind} className={week.way}>
                <input type="checkbox" className={fields.check} checked={badge.includes(kind)} onChange={() => change({ badge: COUNTED.filter((one) => (one === kind) !== badge.includes(one)) })} />
                <span>{t(`notices.${kind}`)}</span>
              </label>
            ))}
          </span>
        </fieldset>
      </section>
    </>
  )
}
