import { h } from './ui/draw'
import type { Catalogue } from '../shared/i18n'
import type * as acts from './later/acts'
import type * as emoji from './later/emoji'
import type * as calls from './later/calls'
import type * as attachment from './later/attachment'
import type * as facts from './later/facts'
import type * as files from './later/files'
import type * as forms from './later/forms'
import type { Kit } from './later/kit'
import type * as menu from './later/menu'
import type * as modals from './later/modals'
import type * as note from './later/note'
import type * as notices from './later/notices'
import type * as push from './later/push'
import type * as rating from './later/rating'
import type * as rules from './later/rules'
import { Face } from './ui/face'
import { Icon, IconButton } from './ui/icons'
import { Text } from './ui/text'

/** Put in by the build: what stands behind the names of all chunks. */
declare const LATER: string

/** A module that comes when it is wanted; `now` is the module as soon as it is there. */
export type Later<Module> = { (): Promise<Module>; now?: Module }

export type Laters = ReturnType<typeof createLaters>

const kit: Kit = { h, Face, Icon, IconButton, Text }

type Setting = {
  folder: string
  language: string
  catalogue: Catalogue
  adopt: (styles: string) => void
  changed: () => void
}

/** What a first chat can do without: each part comes once, with its own styles and words. */
export function createLaters({ folder, language, catalogue, adopt, changed }: Setting) {
  const fetch = (name: string): Promise<any> => import(`${folder}${name}.${LATER}.js`)

  function later<Module>(name: string, phrases = language): Later<Module> {
    let coming: Promise<Module> | undefined
    const get: Later<Module> = () =>
      (coming ??= Promise.all([fetch(name), fetch(phrases)]).then(
        ([module, words]) => {
          Object.assign(catalogue, words.default)
          module.borrow?.(kit)
          if (module.styles) adopt(module.styles)
          get.now = module
          changed()
          return module
        },
        (error) => {
          coming = undefined // The connection broke: whoever asks next tries again.
          throw error
        },
      ))
    return get
  }

  return {
    acts: later<typeof acts>('acts'),
    attachment: later<typeof attachment>('attachment'),
    calls: later<typeof calls>('calls', `calls-${language}`),
    facts: later<typeof facts>('facts'),
    emoji: later<typeof emoji>('emoji'),
    files: later<typeof files>('files'),
    forms: later<typeof forms>('forms', `form-${language}`),
    menu: later<typeof menu>('menu'),
    modals: later<typeof modals>('modals'),
    note: later<typeof note>('note'),
    notices: later<typeof notices>('notices'),
    push: later<typeof push>('push'),
    rating: later<typeof rating>('rating'),
    rules: later<typeof rules>('rules'),
  }
}
