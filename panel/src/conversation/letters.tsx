import { Letter } from './letter'
import { useLetters } from './letters-data'

/** What left the chat another way of the messages from one position to another. */
export default function Letters({ id, from, to }: { id: number; from: number; to: number }) {
  const here = useLetters(id).filter(({ through, state }) => through >= from && through <= to && state !== 'withdrawn')
  return here.map((one) => <Letter key={one.id} of={one} />)
}
