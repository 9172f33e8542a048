import { Suspense, useEffect, useRef } from 'react'
import { Link, Navigate, useParams } from 'react-router'
import { useWords } from '../words/words'
import { PAGES, SECTIONS } from './pages'
import css from './settings.module.css'

/** The list of pages beside the one that is open. */
export default function Settings() {
  const { t } = useWords()
  const { page } = useParams()
  const open = PAGES.find(({ path }) => path === page)
  const current = useRef<HTMLAnchorElement>(null)
  // On a phone the list is a row that is wider than the screen.
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [page])
  if (!open) return <Navigate to={`/settings/${PAGES[0]!.path}`} replace />
  return (
    <div className={css.area}>
      <section className={css.pages} aria-label={t('settings.title')}>
        <h1 className={css.title}>{t('settings.title')}</h1>
        <div className={css.sections}>
          {SECTIONS.map(({ name, pages }) => (
            <div key={name} className={css.section}>
              <h2 id={name} className={css.sectionName}>{t(name)}</h2>
              <ul className={css.list} aria-labelledby={name}>
                {pages.map(({ path, label, icon: Icon }) => (
                  <li key={path}>
                    <Link
                      ref={path === page ? current : undefined} className={css.link} to={`/settings/${path}`}
                      aria-current={path === page ? 'page' : undefined}
                    >
                      <Icon size={16} aria-hidden="true" /><span>{t(label)}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </div>
      </section>
      <main className={css.main}><Suspense><open.part key={open.path} /></Suspense></main>
    </div>
  )
}
