/** `number` calls their telephone, and not their browser. */
export type Callee = { contact: { id: number; name: string }; conversation?: number; number?: string }

type Hear = (whom: Callee) => void
let telephone: Hear | undefined
/** Who is to be called as soon as there is a telephone: it comes a moment behind the first screen. */
let waiting: Callee | undefined

/** Calls somebody with the telephone of this window. */
export function dial(whom: Callee): void {
  if (telephone) telephone(whom)
  else waiting = whom
}

/** There is a telephone in this window, until the answer is called. */
export function onDial(hear: Hear): () => void {
  telephone = hear
  if (waiting) hear(waiting)
  waiting = undefined
  return () => {
    if (telephone === hear) telephone = undefined
  }
}
