import { useWords } from '../words/words'
import css from './segments.module.css'

type Day = { day: string; size: number }

/** Of the picture, which is stretched to the place that it has. */
const WIDTH = 100
const HEIGHT = 40

/** The sizes of a segment by day: a line above zero, and the same as a table for those who want the figures. */
export function SizeChart({ days }: { days: Day[] }) {
  const { t, locale } = useWords()
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const number = new Intl.NumberFormat(locale)
  const shown = (day: string) => date.format(new Date(`${day}T00:00:00Z`))
  const first = days[0]
  const last = days.at(-1)
  if (!first || !last || days.length < 2) return <p className={css.hint}>{t('sizes.first')}</p>
  const from = Date.parse(first.day)
  const span = Math.max(1, Date.parse(last.day) - from)
  const most = Math.max(1, ...days.map(({ size }) => size))
  const x = ({ day }: Day) => ((Date.parse(day) - from) / span) * WIDTH
  const y = ({ size }: Day) => HEIGHT - (size / most) * HEIGHT
  const line = days.map((day) => `${x(day).toFixed(2)},${y(day).toFixed(2)}`).join(' ')
  const change = last.size - first.size
  const title = change === 0 ? t('sizes.same', { since: shown(first.day) })
    : t(change > 0 ? 'sizes.grew' : 'sizes.shrank', { count: number.format(Math.abs(change)), since: shown(first.day) })
  return (
    <figure>
      <figcaption className={css.hint}>{title}</figcaption>
      <svg className={css.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={title}>
        <polygon className={css.area} points={`0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
        <polyline className={css.stroke} points={line} />
      </svg>
      <div className={css.axis}><span>{shown(first.day)}</span><span>{shown(last.day)}</span></div>
      <details className={css.tableBox}>
        <summary>{t('sizes.table')}</summary>
        <table className={css.sizes}><tbody>{days.toReversed().map(({ day, size }) => <tr key={day}><td>{shown(day)}</td><td>{number.format(size)}</td></tr>)}</tbody></table>
      </details>
    </figure>
  )
}
