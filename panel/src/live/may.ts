import { useFact } from './context'

/**
 * Whether who is signed in may do something (`conversations.reply`); changes while the page is open. What may not be done is
 * left out or disabled with a word why. Until it is known everything is shown: the server refuses by itself.
 */
export function useMay(permission: string): boolean {
  return useFact((state) => state.session?.permissions?.includes(permission) ?? true)
}
