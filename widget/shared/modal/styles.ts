import { formStyles } from '../form/styles'
import { radius, size, space, type } from '../tokens'

/** The styles of a modal, for a shadow root of its own. `theme` is for a preview; a website's visitors have their own. */
export const modalStyles = (theme: 'auto' | 'light' | 'dark' = 'auto'): string => `${formStyles(theme)}
:host { position: relative; z-index: 2147482999 }
.modal { --width: 480px; --radius: ${radius.bubble}px; --pad: ${space[6]}px; box-sizing: border-box; position: fixed; max-width: none; padding: 0; border: 0; background: var(--raised); color: var(--text); text-align: start; overflow: auto; overscroll-behavior: contain; overflow-wrap: anywhere; border-radius: var(--radius); box-shadow: 0 0 0 1px var(--line), var(--shadow); animation: rise .18s cubic-bezier(.2,.8,.2,1) }
.modal.small { --width: 360px } .modal.large { --width: 640px }
.modal:focus-visible { outline: 0 }
.modal.center { inset: 0; margin: auto; width: min(var(--width), 100% - 32px); height: fit-content; max-height: calc(100% - 32px) }
.modal.full { inset: 0; margin: 0; width: 100%; height: 100%; max-height: none; --radius: 0px; --width: 720px; display: grid; align-content: safe center; justify-items: center }
.modal.full.small { --width: 560px } .modal.full.large { --width: 960px }
.modal.corner { inset: auto auto ${size.edge}px ${size.edge}px; width: min(var(--width), 100% - 40px); max-height: calc(100% - 40px); --pad: ${space[5]}px }
.modal.corner, .modal.corner.small { --width: 320px } .modal.corner.medium { --width: 380px } .modal.corner.large { --width: 440px }
.modal.top, .modal.bottom { inset: 0 0 auto; --radius: 0px; --pad: ${space[3]}px; max-height: 50% }
.modal.bottom { inset: auto 0 0 }
.modal.top.large, .modal.bottom.large { --pad: ${space[6]}px } .modal.top.medium, .modal.bottom.medium { --pad: ${space[4]}px }
.parts { display: flex; flex-direction: column; gap: ${space[3]}px; padding: var(--pad); width: 100%; max-width: var(--width); box-sizing: border-box }
.center .parts, .corner .parts { max-width: none }
.parts > :first-child:not(img) { padding-right: 36px }
.parts h2 { font-size: 20px } .large .parts h2, .full .parts h2 { font-size: 26px }
.parts p { white-space: pre-wrap }
.parts p a { color: var(--accent-text); text-decoration: underline; text-underline-offset: 2px; border-radius: ${radius.small}px }
.parts b { font-weight: ${type.strong} }
.parts img { display: block; max-width: 100%; height: auto; border-radius: ${radius.control}px; background: var(--hover); object-fit: cover }
.center .parts > img:first-child, .corner .parts > img:first-child { width: calc(100% + 2 * var(--pad)); max-width: none; margin: calc(-1 * var(--pad)) calc(-1 * var(--pad)) 0; border-radius: 0 }
.full .parts img { align-self: center }
.acts { display: flex; flex-wrap: wrap; gap: ${space[2]}px; margin-top: ${space[2]}px }
.act { all: unset; box-sizing: border-box; display: inline-grid; place-items: center; min-height: ${size.touch}px; padding: 8px 18px; border-radius: ${radius.control}px; box-shadow: inset 0 0 0 1px var(--control); font-weight: ${type.strong}; font-size: ${type.base}px; text-align: center; cursor: pointer }
.act:hover { background: var(--hover) }
.act:focus-visible { outline: 2px solid var(--accent-text); outline-offset: 2px }
.act.main { background: var(--accent); color: var(--on-accent); box-shadow: none }
.act.main:hover { filter: brightness(1.08) }
.close { z-index: 1; background: var(--raised); width: ${size.touch}px; height: ${size.touch}px; top: 4px; right: 4px }
.top .parts, .bottom .parts { flex-flow: row wrap; align-items: center; justify-content: center; gap: ${space[2]}px ${space[4]}px; max-width: none; padding-inline: 56px }
.top .parts > :first-child, .bottom .parts > :first-child { padding-right: 0 }
.top .parts h2, .bottom .parts h2 { font-size: ${type.message}px } .top.large .parts h2, .bottom.large .parts h2 { font-size: 20px }
.top .parts img, .bottom .parts img { width: auto; max-height: 56px }
.bottom .parts { padding-inline-end: 96px }
.top .acts, .bottom .acts { margin: 0 }
.form-place .form { padding: 0; box-shadow: none; max-width: none }
.form-place:not(:empty) { min-height: 24px }
.hush { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
@media (max-width: 479px) {
  .modal { --pad: ${space[5]}px }
  .modal.corner, .modal.corner[class] { inset: auto 12px 92px; width: auto }
  .top .parts, .bottom .parts { padding: 12px 56px 12px 16px; justify-content: flex-start }
  .bottom .parts { padding-inline-end: 88px }
  .act { flex: 1 1 auto }
}
`
