import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconMessagePlus } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { Face } from '../parts/face'
import { useVisible } from '../parts/virtual'
import { durationOf } from '../person/visit'
import { fold } from '../theme'
import { useWords } from '../words/words'
import type { OnlineVisitor } from './data'
import { pathOf, placeName } from './shown'
import css from './visitors.module.css'

const ROW = 56
const CARD = 116
const TICK = 1_000

type Props = { visitors: OnlineVisitor[]; found: number; more: boolean; next: () => void; write: (visitor: OnlineVisitor) => void; segments: readonly { id: number; name: string }[] }

/** A row for each visitor; only those on the screen are drawn, however many are there. */
export function List({ visitors, found, more, next, write, segments }: Props) {
  const { t } = useWords()
  const phone = useMediaQuery(fold.phone, undefined, { getInitialValueInEffect: false }) ?? false
  const height = phone ? CARD : ROW
  const scroller = useRef<HTMLDivElement>(null)
  const { first, last } = useVisible(scroller, visitors.length, height)
  const now = useTick()
  useEffect(() => {
    if (more && last >= visitors.length - 20) next()
  }, [more, last, visitors.length, next])
  return (
    <div ref={scroller} className={css.scroller}>
      {!phone && (
        <div className={css.head} aria-hidden="true">
          <span>{t('visitors.who')}</span><span>{t('visitors.page')}</span><span>{t('visitors.time')}</span><span>{t('visitors.source')}</span><span>{t('visitors.place')}</span><span>{t('visitors.device')}</span><span />
        </div>
      )}
      <ul aria-label={t('rail.visitors')} className={css.rows} style={{ blockSize: visitors.length * height }}>
        {visitors.slice(first, last).map((visitor, index) => (
          <li key={visitor.id} className={css.row} aria-setsize={found} aria-posinset={first + index + 1} style={{ blockSize: height, transform: `translateY(${(first + index) * height}px)` }}>
            <Row visitor={visitor} now={now} write={write} segments={segments} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Row({ visitor, now, write, segments }: { visitor: OnlineVisitor; now: number } & Pick<Props, 'write' | 'segments'>) {
  const { t, locale } = useWords()
  const { id, name, email, known, url, title, page_since: since, here_since: came, pages, visits, referrer, campaign, country, city, estimated, device, browser, os, talk } = visitor
  const place = placeName(country, city, locale)
  const inside = segments.filter((segment) => visitor.segments.includes(segment.id)).map((segment) => segment.name).join(', ')
  return (
    <>
      <span className={css.who}>
        <Face id={id} name={name} online size="normal" />
        <span className={css.lines}>
          <Link className={css.name} to={`/person/${id}`}>{name}</Link>
          <span className={css.second}>{[known ? email : t('visitors.nameless'), inside].filter(Boolean).join(' · ')}</span>
        </span>
      </span>
      <span className={css.lines} title={url}><span className={css.cut}>{title || pathOf(url) || '–'}</span><span className={css.second}>{title && url ? pathOf(url) : ''}</span></span>
      <span className={css.lines}>
        <span className={css.figures}>{came ? durationOf(now - Date.parse(came)) : '–'}</span>
        <span className={css.second}>{since && t('visitors.pages', { n: pages })}</span>
      </span>
      <span className={css.lines}><span className={css.cut}>{campaign || referrer || t('visitors.direct')}</span><span className={css.second}>{t('visitors.visits', { n: visits })}</span></span>
      <span className={css.lines} title={estimated ? t('visitors.estimated') : undefined}><span className={css.cut}>{place ? (estimated ? t('visitors.about', { place }) : place) : '–'}</span></span>
      <span className={css.lines}><span className={css.cut}>{browser ?? ''}</span><span className={css.second}>{[os, device === 'computer' ? null : device && t(`device.${device}` as 'device.phone')].filter(Boolean).join(' · ')}</span></span>
      <span className={css.act}>
        {talk
          ? <Button size="compact-md" variant="light" component={Link} to={`/inbox/open/${talk.conversation}`}>{talk.name ? t('visitors.with', { name: talk.name.split(' ')[0]! }) : t('visitors.waits')}</Button>
          : <Button size="compact-md" variant="default" leftSection={<IconMessagePlus size={16} />} onClick={() => write(visitor)} aria-label={t('visitors.writeTo', { name })}>{t('visitors.write')}</Button>}
      </span>
    </>
  )
}

function useTick(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && setNow(Date.now()), TICK)
    return () => clearInterval(timer)
  }, [])
  return now
}
