import { IconSearch } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useActions } from '../frame/actions'
import { Keys } from '../parts/keys'
import { area, useWords } from '../words/words'
import own from './where.module.css'

const Search = area(() => import('./search'), 'inbox')

/** The way into the search: a button among the views, and its key. */
export default function Searching() {
  const { t } = useWords()
  const [opened, setOpened] = useState(false)
  useActions([{ id: 'search', label: t('search.title'), keys: '/', group: t('keys.list'), run: () => setOpened(true) }])
  return (
    <>
      <button type="button" className={own.add} onClick={() => setOpened(true)}><IconSearch size={16} stroke={1.7} aria-hidden="true" />{t('search.do')}<span className={own.key}><Keys keys="/" /></span></button>
      {opened && <Suspense><Search close={() => setOpened(false)} /></Suspense>}
    </>
  )
}
