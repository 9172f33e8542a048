import { dark, light, motion, radius, size, space, type, type Palette } from '../tokens'

const USED = ['raised', 'hover', 'line', 'control', 'text', 'muted', 'accent', 'green', 'greenSoft', 'red', 'redSoft', 'shadow'] as const
const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase())
const variables = (palette: Palette): string =>
  USED.map((name) => `--${dashed(name)}:${name === 'accent' ? `var(--switchboard-accent,${palette.accent})` : palette[name]};`).join('')

/** The styles of a form, for a shadow root of its own. `theme` is for a preview; a website's visitors have their own. */
export const formStyles = (theme: 'auto' | 'light' | 'dark' = 'auto'): string => `
:host { display: block }
.root { all: initial; display: block; color: var(--text); font: ${type.message}px/${type.lineHeight} var(--font, system-ui, sans-serif); color-scheme: ${theme === 'auto' ? 'light dark' : theme}; --on-accent: ${light.onAccent}; --accent-text: var(--accent); ${variables(theme === 'dark' ? dark : light)} }
${theme === 'auto' ? `@media (prefers-color-scheme: dark) { .root { ${variables(dark)} --on-accent: ${dark.onAccent} } }` : ''}
${theme === 'dark' ? `.root { --on-accent: ${dark.onAccent} }` : ''}
.root { accent-color: var(--accent) }
@supports (color: color(from red xyz y y y)) {
  .root { --black-or-white: calc((.183 - y) * 9999); --on-accent: color(from var(--accent) xyz var(--black-or-white) var(--black-or-white) var(--black-or-white)) }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
h2, p, fieldset, legend, form { margin: 0; padding: 0; border: 0; min-width: 0 }
.form, .done { max-width: var(--width); padding: ${space[6]}px; border-radius: var(--radius); background: var(--raised); box-shadow: 0 0 0 1px var(--line); overflow-wrap: anywhere; outline: 0 }
h2 { font-size: 20px; line-height: 1.3; font-weight: ${type.strong} }
.intro { margin-top: 4px; color: var(--muted); white-space: pre-wrap }
.field { margin-top: ${space[4]}px }
.label, legend { display: block; margin-bottom: 4px; font-weight: ${type.medium}; font-size: ${type.base}px }
.label small, legend small, .tick small { font-size: ${type.small}px; font-weight: ${type.regular}; color: var(--muted) }
.help { margin-bottom: 4px; font-size: 13px; color: var(--muted) }
input:not([type=checkbox], [type=radio]), select, textarea { display: block; width: 100%; min-height: ${size.touch}px; padding: 9px 12px; font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--control); border-radius: min(var(--radius), ${radius.control}px); outline: 0 }
textarea { min-height: 96px; resize: vertical }
::placeholder { color: var(--muted); opacity: 1 }
input:not([type=checkbox], [type=radio]):focus, select:focus, textarea:focus { border-color: var(--accent-text); box-shadow: 0 0 0 1px var(--accent-text) }
:focus-visible { outline: 2px solid var(--accent-text); outline-offset: 2px }
input:not([type=checkbox], [type=radio]):focus-visible, select:focus-visible, textarea:focus-visible { outline: 0 }
.tick { display: flex; gap: 10px; align-items: flex-start; padding: 6px 0; cursor: pointer }
.tick input { width: 20px; height: 20px; margin: 1px 0 0; flex: none; cursor: pointer }
.wrong input, .wrong select, .wrong textarea { border-color: var(--red) !important }
.error { margin-top: 4px; font-size: 13px; font-weight: ${type.medium}; color: var(--red) }
.problem { margin-top: ${space[4]}px; padding: 10px 12px; border-radius: ${radius.control}px; background: var(--red-soft); color: var(--red); font-size: ${type.base}px }
.send { display: block; width: 100%; min-height: ${size.touch}px; margin-top: ${space[5]}px; padding: 9px 20px; border: 0; border-radius: min(var(--radius), ${radius.control}px); background: var(--accent); color: var(--on-accent); font: inherit; font-weight: ${type.strong}; cursor: pointer; transition: filter ${motion.fast}ms }
.send:hover { filter: brightness(1.08) }
.send[aria-disabled=true] { opacity: .7; cursor: default }
.trap { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.done { display: flex; gap: 12px; align-items: center }
.done svg { flex: none; width: 36px; height: 36px; padding: 8px; border-radius: 50%; background: var(--green-soft); color: var(--green); fill: none; stroke: currentColor; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round }
.done p { white-space: pre-wrap }
.waiting { max-width: var(--width); min-height: 160px; border-radius: ${radius.control}px; background: var(--hover) }
dialog { all: initial; color-scheme: inherit; accent-color: inherit; position: fixed; inset: 0; margin: auto; width: min(var(--width), 100vw - 32px); height: fit-content; max-height: calc(100dvh - 32px); overflow: auto; overscroll-behavior: contain; border-radius: var(--radius); background: var(--raised); color: inherit; font: inherit; box-shadow: var(--shadow); animation: rise ${motion.slow}ms ${motion.ease} }
dialog:not([open]) { display: none }
dialog:focus-visible { outline: 0 }
dialog::backdrop { background: rgb(16 19 26 / .4) }
dialog .form, dialog .done { max-width: none; box-shadow: none }
dialog h2, dialog .done { padding-right: 32px }
.close { position: absolute; top: 8px; right: 8px; width: 40px; height: 40px; display: grid; place-items: center; padding: 0; border: 0; border-radius: ${radius.control}px; background: none; color: var(--muted); cursor: pointer }
.close:hover { background: var(--hover); color: var(--text) }
.close svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round }
@keyframes rise { from { opacity: 0; transform: translateY(8px) } }
@media (max-width: 479px) { .form, .done { padding: ${space[5]}px } input:not([type=checkbox], [type=radio]), select, textarea { font-size: 16px } }
@media (prefers-reduced-motion) { * { animation: none !important; transition: none !important } }
`
