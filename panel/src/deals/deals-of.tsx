import { useState } from 'react'
import { useNavigate } from 'react-router'
import { DealForm } from './deal-form'
import { DealList } from './deal-list'

/** The deals of a person or a company, with a way to a new one. */
export default function DealsOf({ contact, company }: { contact?: { id: number; name: string }; company?: { id: number; name: string } }) {
  const navigate = useNavigate()
  const [making, setMaking] = useState(false)
  return (
    <>
      <DealList whose={contact ? `contact=${contact.id}` : `company=${company?.id}`} add={() => setMaking(true)} />
      {making && <DealForm contact={contact} company={company} close={() => setMaking(false)} done={({ id }) => void navigate(`/deal/${id}`)} />}
    </>
  )
}
