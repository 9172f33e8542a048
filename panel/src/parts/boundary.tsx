import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { useWords } from '../words/words'
import css from './boundary.module.css'

/** A fault of ours takes the screen, not the work: drafts and what waits are kept, and a reload brings them back. */
export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children
  }
}

function Broken() {
  const { t } = useWords()
  return (
    <main className={css.broken} role="alert">
      <p>{t('broken.what')}</p>
      <Button onClick={() => location.reload()}>{t('broken.reload')}</Button>
    </main>
  )
}
