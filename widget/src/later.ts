import { h } from 'preact'
import type * as emoji from './later/emoji'
import type * as files from './later/files'
import type { Kit } from './later/kit'
import type * as note from './later/note'
import type * as notices from './later/notices'
import { AttachmentView } from './ui/attachment'
import { Face } from './ui/face'
import { Icon } from './ui/icons'
import { Text } from './ui/text'

/** Put in by the build: the hashed names of the chunks. */
declare const LATER: Record<'emoji' | 'files' | 'note' | 'notices', string>

/** A module that comes when it is wanted; `now` is the module as soon as it is there. */
export type Later<Module> = { (): Promise<Module>; now?: Module }

export type Laters = ReturnType<typeof createLaters>

const kit: Kit = { h, AttachmentView, Face, Icon, Text }

/** What a first chat can do without: each part comes once, with its own styles. */
export function createLaters(folder: string, adopt: (styles: string) => void, changed: () => void) {
  function later<Module>(name: keyof typeof LATER): Later<Module> {
    let coming: Promise<Module> | undefined
    const get: Later<Module> = () =>
      (coming ??= import(folder + LATER[name]).then(
        (module) => {
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
    emoji: later<typeof emoji>('emoji'),
    files: later<typeof files>('files'),
    note: later<typeof note>('note'),
    notices: later<typeof notices>('notices'),
  }
}
