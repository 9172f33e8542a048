import { area } from '../words/words'

/** Asked when there is no network as well, so it is fetched ahead (conversation/late.ts). */
export const SignOutQuestion = area(() => import('./sign-out-question'))
