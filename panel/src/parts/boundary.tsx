import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { useWords, type Key } from '../words/words'
import css from './boundary.module.css'

/** A fault of ours takes the screen, not the work: drafts and what waits are kept, and a reload brings them back. */
export class Boundary extends Component<{ children: ReactNode }, { broken?: Key }> {
  override state: { broken?: Key } = {}

  static getDerivedStateFromError(error: unknown): { broken: Key } {
    // A part that can't be fetched is gone from the server: it has another version by now.
    return { broken: /import|module/i.test(String(error)) ? 'broken.version' : 'broken.what' }
  }

  override render() {
    return this.state.broken ? <Broken what={this.state.broken} /> : this.props.children
  }
}

function Broken({ what }: { what: Key }) {
  const { t } = useWords()
  return (
    <main className={css.broken} role="alert">
      <p>{t(what)}</p>
      <Button onClick={() => location.reload()}>{t('broken.reload')}</Button>
      <a href="/panel/faults/new">{t('broken.report')}</a>
    </main>
  )
}
