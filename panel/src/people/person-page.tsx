import { Navigate, useLocation, useNavigate, useParams } from 'react-router'
import { useActions } from '../frame/actions'
import { useWords } from '../words/words'
import { Profile } from './profile'
import css from './profile.module.css'

/** A person on a page of their own. */
export default function PersonPage() {
  const { t } = useWords()
  const id = Number(useParams().contact)
  const navigate = useNavigate()
  const fromHere = useLocation().key !== 'default'
  const back = () => void (fromHere ? navigate(-1) : navigate('/people'))
  useActions([{ id: 'back', label: t('profile.back'), keys: 'Escape', group: t('rail.people'), hidden: true, run: back }])
  if (!Number.isSafeInteger(id) || id < 1) return <Navigate to="/people" replace />
  return <main className={css.page}><Profile key={id} id={id} close={back} moved={(into) => void navigate(`/person/${into}`, { replace: true })} /></main>
}
