/** Two lines that meet: the mark of Switchboard. */
export function Brand({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--sb-accent)" />
      <path d="M9 11h6.5a4.5 4.5 0 0 1 4.5 4.5v1a4.5 4.5 0 0 0 4.5 4.5" fill="none" stroke="var(--sb-on-accent)" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="9" cy="21" r="2.6" fill="var(--sb-on-accent)" />
      <circle cx="23.4" cy="11" r="2.6" fill="var(--sb-on-accent)" />
    </svg>
  )
}
