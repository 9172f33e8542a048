import { Menu } from '@mantine/core'
import type { ReactNode } from 'react'

/** Items of a menu under a label, which a screen reader hears as the name of their group. */
export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={label}>
      <Menu.Label aria-hidden="true">{label}</Menu.Label>
      {children}
    </div>
  )
}
