import type { Catalogue } from '@shared/i18n'
// By its place, because the build itself reads this file.
import { grey } from '../../../widget/shared/tokens'

const HOME = '/panel/'
const png = (src: string, sizes: string, purpose?: string) => ({ src: HOME + src, sizes, type: 'image/png', ...(purpose ? { purpose } : {}) })

/** What the system is told of the installed app, in a language. The build writes one for each; all are the same app. */
export function manifest(language: string, words: Catalogue) {
  const shortcut = (name: string, path: string, icon: string) => ({ name: words[name], url: HOME + path, icons: [png(icon, '96x96')] })
  const screenshot = (file: string, sizes: string, form_factor: 'wide' | 'narrow') => ({ ...png(file, sizes), form_factor, label: words[`manifest.${form_factor}`] })
  return {
    id: HOME,
    name: 'Switchboard',
    short_name: 'Switchboard',
    description: words['manifest.description'],
    lang: language,
    dir: 'ltr',
    start_url: HOME,
    scope: HOME,
    display: 'standalone',
    display_override: ['standalone', 'minimal-ui'],
    orientation: 'any',
    categories: ['business', 'productivity'],
    background_color: grey[50],
    theme_color: grey[50],
    // A second start, a shortcut or a link brings the window to the front that is there; the panel goes to the address itself.
    launch_handler: { client_mode: ['focus-existing', 'auto'] },
    icons: [
      { src: `${HOME}icon.svg`, sizes: 'any', type: 'image/svg+xml' },
      png('icon-192.png', '192x192'),
      png('icon-512.png', '512x512'),
      png('icon-maskable-192.png', '192x192', 'maskable'),
      png('icon-maskable-512.png', '512x512', 'maskable'),
    ],
    shortcuts: [
      shortcut('manifest.inbox', 'inbox/open', 'shortcut-inbox.png'),
      shortcut('manifest.mine', 'inbox/mine', 'shortcut-mine.png'),
      shortcut('manifest.people', 'people', 'shortcut-people.png'),
    ],
    screenshots: [
      screenshot('screenshot-wide.png', '1280x800', 'wide'),
      screenshot('screenshot-narrow.png', '780x1688', 'narrow'),
    ],
  }
}
