import { geoNaturalEarth1, geoPath } from 'd3-geo'
import { useMemo } from 'react'
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import world from 'world-atlas/land-110m.json'
import { useWords } from '../words/words'
import type { VisitorPlace } from './data'
import { placeName } from './shown'
import css from './visitors.module.css'

const WIDTH = 960
const HEIGHT = 480
const LEAST = 6
const MOST = 26

const topology = world as unknown as Topology<{ land: GeometryCollection }>
const land = feature(topology, topology.objects.land)
const projection = geoNaturalEarth1().fitExtent([[8, 8], [WIDTH - 8, HEIGHT - 8]], { type: 'Sphere' })
const shape = geoPath(projection)
const LAND = shape(land) ?? ''
const SPHERE = shape({ type: 'Sphere' }) ?? ''

type Dot = { key: string; country: string | null; name: string; count: number; estimated: boolean; x: number; y: number }

/** Where on earth the visitors are: a dot for each place, as large as many are there. The list says the same in words. */
export default function WorldMap({ places, pick }: { places: readonly VisitorPlace[]; pick: (country: string) => void }) {
  const { t, locale } = useWords()
  const dots = useMemo(() => dotsOf(places, locale), [places, locale])
  const most = Math.max(1, ...dots.map(({ count }) => count))
  const nowhere = places.filter(({ latitude }) => latitude === null).reduce((sum, { count }) => sum + count, 0)
  const said = (dot: Dot) => t('visitors.there', { n: dot.count, place: dot.estimated ? t('visitors.about', { place: dot.name }) : dot.name })
  return (
    <div className={css.map}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={css.world} role="group" aria-label={t('visitors.mapLabel')}>
        <path d={SPHERE} className={css.sea} />
        <path d={LAND} className={css.land} />
        {dots.map((dot) => {
          const radius = LEAST + (MOST - LEAST) * Math.sqrt(dot.count / most) * Math.min(1, Math.log10(most + 1))
          const go = () => { if (dot.country) pick(dot.country) }
          return (
            <g key={dot.key} className={css.dot} role="button" tabIndex={0} aria-label={said(dot)} data-estimated={dot.estimated || undefined} onClick={go}
              onKeyDown={(event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); go() } }}>
              <title>{said(dot)}</title>
              <circle cx={dot.x} cy={dot.y} r={Math.max(radius, 14)} className={css.touch} />
              <circle cx={dot.x} cy={dot.y} r={radius} className={css.circle} />
              {dot.count > 1 && radius > 9 && <text x={dot.x} y={dot.y} dy="0.35em" className={css.number}>{dot.count}</text>}
            </g>
          )
        })}
      </svg>
      <p className={css.legend}>{t('visitors.legend')} {nowhere > 0 && t('visitors.nowhere', { n: nowhere })}</p>
      <ol className={css.ranks} aria-label={t('visitors.byPlace')}>
        {[...dots].sort((one, other) => other.count - one.count).slice(0, 12).map((dot) => (
          <li key={dot.key}><button type="button" className={css.rank} onClick={() => { if (dot.country) pick(dot.country) }}><span>{dot.estimated ? t('visitors.about', { place: dot.name }) : dot.name}</span><span className={css.figures}>{dot.count}</span></button></li>
        ))}
      </ol>
    </div>
  )
}

/** One dot for each country and city. What is only estimated and what is known of the same place are one. */
function dotsOf(places: readonly VisitorPlace[], locale: string): Dot[] {
  const dots = new Map<string, Dot>()
  for (const { country, city, latitude, longitude, estimated, count } of places) {
    const at = latitude !== null && longitude !== null ? projection([longitude, latitude]) : null
    if (!at) continue
    const key = `${country} ${city ?? ''}`
    const known = dots.get(key)
    if (known) dots.set(key, { ...known, count: known.count + count, estimated: known.estimated && estimated })
    else dots.set(key, { key, country, name: placeName(country, city, locale), count, estimated, x: at[0], y: at[1] })
  }
  // The large ones first, so that a small one beside it stays within reach.
  return [...dots.values()].sort((one, other) => other.count - one.count)
}
