import { useState, type ReactNode } from 'react'
import forms from '../forms/forms.module.css'
import { Tick } from '../forms/tick'
import { localMoment } from '../parts/local-moment'
import { Many, NumberField, Select, Text } from '../people/fields'
import { Builder } from '../segments/builder'
import { edited, isEmpty, newGroup, unfinished, written } from '../segments/tree'
import { useWords } from '../words/words'
import type { Rules as All, Where } from './types'

type Props = { rules: All; change: (part: Partial<All>) => void; finished: (finished: boolean) => void }

const OFTEN = ['once', 'session', 'days', 'until_clicked', 'always'] as const
const PRIORITIES = [['high', 90], ['usual', 50], ['low', 10]] as const

function Part({ title, children }: { title: string; children: ReactNode }) {
  return <fieldset className={forms.part}><legend>{title}</legend>{children}</fieldset>
}

/** When it shows itself, to whom and how often. */
export function Rules({ rules, change, finished }: Props) {
  const { t } = useWords()
  const [group, setGroup] = useState(() => (rules.where ? edited(rules.where as NonNullable<Where>) : newGroup('all')))
  const priority = PRIORITIES.find(([, least]) => rules.priority >= least)?.[0] ?? 'low'
  const moment = (value: number | null) => (value === null ? '' : localMoment(new Date(value).toISOString()))
  const at = (text: string) => (text ? new Date(text).getTime() : null)
  return (
    <>
      <Part title={t('modal.when')}>
        <div className={forms.pair}>
          <label className={forms.labelled}><span>{t('modal.delay')}</span><NumberField label={t('modal.delay')} min={0} max={3600} value={rules.delay ?? undefined} write={(delay) => change({ delay: delay ?? null })} /></label>
          <label className={forms.labelled}><span>{t('modal.scroll')}</span><NumberField label={t('modal.scroll')} min={1} max={100} value={rules.scroll ?? undefined} write={(scroll) => change({ scroll: scroll ? Math.round(scroll) : null })} /></label>
        </div>
        <Tick label={t('modal.leaving')} on={rules.leaving} turn={(leaving) => change({ leaving })} />
        <label className={forms.labelled}><span>{t('modal.urls')}</span><Many label={t('modal.urls')} values={rules.urls} placeholder="*/pricing*" write={(urls) => change({ urls })} /></label>
        <label className={forms.labelled}><span>{t('modal.notUrls')}</span><Many label={t('modal.notUrls')} values={rules.not_urls} placeholder="*/checkout*" write={(not_urls) => change({ not_urls })} /></label>
        <div className={forms.pair}>
          <label className={forms.labelled}><span>{t('modal.hours')}</span>
            <Select label={t('modal.hours')} value={rules.hours} pick={(hours) => change({ hours: hours as All['hours'] })}>
              {(['any', 'open', 'closed'] as const).map((each) => <option key={each} value={each}>{t(`modal.hours.${each}`)}</option>)}
            </Select></label>
          <label className={forms.labelled}><span>{t('modal.starts')}</span><Text label={t('modal.starts')} type="datetime-local" value={moment(rules.starts)} write={(text) => change({ starts: at(text) })} /></label>
          <label className={forms.labelled}><span>{t('modal.ends')}</span><Text label={t('modal.ends')} type="datetime-local" value={moment(rules.ends)} write={(text) => change({ ends: at(text) })} /></label>
        </div>
      </Part>
      <Part title={t('modal.whom')}>
        <label className={forms.labelled}><span>{t('modal.visitors')}</span>
          <Select label={t('modal.visitors')} value={rules.visitors} pick={(visitors) => change({ visitors: visitors as All['visitors'] })}>
            {(['any', 'first', 'returning'] as const).map((each) => <option key={each} value={each}>{t(`modal.visitors.${each}`)}</option>)}
          </Select></label>
        <Builder value={group} change={(next) => {
          setGroup(next)
          finished(!unfinished(next))
          const tree = written(next)
          if (!unfinished(next)) change({ where: isEmpty(tree) ? null : tree })
        }} />
      </Part>
      <Part title={t('modal.howOften')}>
        <div className={forms.pair}>
          <label className={forms.labelled}><span>{t('modal.howOften')}</span>
            <Select label={t('modal.howOften')} value={rules.often} pick={(often) => change({ often: often as All['often'] })}>
              {OFTEN.map((each) => <option key={each} value={each}>{t(`modal.often.${each}`, { n: rules.days })}</option>)}
            </Select></label>
          {rules.often === 'days' && <label className={forms.labelled}><span>{t('modal.days')}</span><NumberField label={t('modal.days')} min={1} max={3650} value={rules.days} write={(days) => change({ days: Math.max(1, Math.round(days ?? 7)) })} /></label>}
          {rules.often !== 'once' && <label className={forms.labelled}><span>{t('modal.most')}</span><NumberField label={t('modal.most')} min={1} max={1000} value={rules.most ?? undefined} write={(most) => change({ most: most ? Math.round(most) : null })} /></label>}
          <label className={forms.labelled}><span>{t('modal.priority')}</span>
            <Select label={t('modal.priority')} value={priority} pick={(next) => change({ priority: PRIORITIES.find(([name]) => name === next)![1] })}>
              {PRIORITIES.map(([name]) => <option key={name} value={name}>{t(`modal.priority.${name}`)}</option>)}
            </Select></label>
        </div>
      </Part>
    </>
  )
}
