import { useFact } from '../live/context'

/** Whether the messages of a conversation are there. */
export const useLoaded = (id: number): boolean => useFact((state) => state.messages[id] !== undefined && !state.opening[id])
