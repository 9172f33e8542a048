export type Callee = { contact: { id: number; name: string }; conversation?: number }

type Hear = (whom: Callee) => void
let telephone: Hear | undefined

/** Calls somebody with the telephone of this window. */
export const dial: Hear = (whom) => telephone?.(whom)

/** There is a telephone in this window, until the answer is called. */
export function onDial(hear: Hear): () => void {
  telephone = hear
  return () => {
    if (telephone === hear) telephone = undefined
  }
}
