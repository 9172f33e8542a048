import { faceColour, initials } from '../../shared/faces'

/** Somebody of the team, as initials on a colour of their own. */
export const Face = ({ id, name }: { id: number; name: string }) => (
  <span class="face" style={{ background: faceColour(id) }} title={name} aria-hidden="true">
    {initials(name)}
  </span>
)
