import{Ct as e,Dt as t,Et as n,Ot as r,Tt as i,kt as a,wt as o}from"./first-x8mMWfYx.js";var s=[`raised`,`hover`,`line`,`control`,`text`,`muted`,`accent`,`green`,`greenSoft`,`red`,`redSoft`,`shadow`],c=e=>e.replace(/[A-Z]/g,e=>`-`+e.toLowerCase()),l=e=>s.map(t=>`--${c(t)}:${t===`accent`?`var(--switchboard-accent,${e.accent})`:e[t]};`).join(``),u=(s=`auto`)=>`
:host { display: block }
.root { all: initial; display: block; color: var(--text); font: ${a.message}px/${a.lineHeight} var(--font, system-ui, sans-serif); color-scheme: ${s===`auto`?`light dark`:s}; --on-accent: ${o.onAccent}; --accent-text: var(--accent); ${l(s===`dark`?e:o)} }
${s===`auto`?`@media (prefers-color-scheme: dark) { .root { ${l(e)} --on-accent: ${e.onAccent} } }`:``}
${s===`dark`?`.root { --on-accent: ${e.onAccent} }`:``}
.root { accent-color: var(--accent) }
@supports (color: color(from red xyz y y y)) {
  .root { --black-or-white: calc((.183 - y) * 9999); --on-accent: color(from var(--accent) xyz var(--black-or-white) var(--black-or-white) var(--black-or-white)) }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
h2, p, fieldset, legend, form { margin: 0; padding: 0; border: 0; min-width: 0 }
.form, .done { max-width: var(--width); padding: ${r[6]}px; border-radius: var(--radius); background: var(--raised); box-shadow: 0 0 0 1px var(--line); overflow-wrap: anywhere; outline: 0 }
h2 { font-size: 20px; line-height: 1.3; font-weight: ${a.strong} }
.intro { margin-top: 4px; color: var(--muted); white-space: pre-wrap }
.field { margin-top: ${r[4]}px }
.label, legend { display: block; margin-bottom: 4px; font-weight: ${a.medium}; font-size: ${a.base}px }
.label small, legend small, .tick small { font-size: ${a.small}px; font-weight: ${a.regular}; color: var(--muted) }
.help { margin-bottom: 4px; font-size: 13px; color: var(--muted) }
input:not([type=checkbox], [type=radio]), select, textarea { display: block; width: 100%; min-height: ${t.touch}px; padding: 9px 12px; font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--control); border-radius: min(var(--radius), ${n.control}px); outline: 0 }
textarea { min-height: 96px; resize: vertical }
::placeholder { color: var(--muted); opacity: 1 }
input:not([type=checkbox], [type=radio]):focus, select:focus, textarea:focus { border-color: var(--accent-text); box-shadow: 0 0 0 1px var(--accent-text) }
:focus-visible { outline: 2px solid var(--accent-text); outline-offset: 2px }
input:not([type=checkbox], [type=radio]):focus-visible, select:focus-visible, textarea:focus-visible { outline: 0 }
.tick { display: flex; gap: 10px; align-items: flex-start; padding: 6px 0; cursor: pointer }
.tick input { width: 20px; height: 20px; margin: 1px 0 0; flex: none; cursor: pointer }
.wrong input, .wrong select, .wrong textarea { border-color: var(--red) !important }
.error { margin-top: 4px; font-size: 13px; font-weight: ${a.medium}; color: var(--red) }
.problem { margin-top: ${r[4]}px; padding: 10px 12px; border-radius: ${n.control}px; background: var(--red-soft); color: var(--red); font-size: ${a.base}px }
.send { display: block; width: 100%; min-height: ${t.touch}px; margin-top: ${r[5]}px; padding: 9px 20px; border: 0; border-radius: min(var(--radius), ${n.control}px); background: var(--accent); color: var(--on-accent); font: inherit; font-weight: ${a.strong}; cursor: pointer; transition: filter ${i.fast}ms }
.send:hover { filter: brightness(1.08) }
.send[aria-disabled=true] { opacity: .7; cursor: default }
.trap { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.done { display: flex; gap: 12px; align-items: center }
.done svg { flex: none; width: 36px; height: 36px; padding: 8px; border-radius: 50%; background: var(--green-soft); color: var(--green); fill: none; stroke: currentColor; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round }
.done p { white-space: pre-wrap }
.waiting { max-width: var(--width); min-height: 160px; border-radius: ${n.control}px; background: var(--hover) }
dialog { all: initial; color-scheme: inherit; accent-color: inherit; position: fixed; inset: 0; margin: auto; width: min(var(--width), 100vw - 32px); height: fit-content; max-height: calc(100dvh - 32px); overflow: auto; overscroll-behavior: contain; border-radius: var(--radius); background: var(--raised); color: inherit; font: inherit; box-shadow: var(--shadow); animation: rise ${i.slow}ms ${i.ease} }
dialog:not([open]) { display: none }
dialog:focus-visible { outline: 0 }
dialog::backdrop { background: rgb(16 19 26 / .4) }
dialog .form, dialog .done { max-width: none; box-shadow: none }
dialog h2, dialog .done { padding-right: 32px }
.close { position: absolute; top: 8px; right: 8px; width: 40px; height: 40px; display: grid; place-items: center; padding: 0; border: 0; border-radius: ${n.control}px; background: none; color: var(--muted); cursor: pointer }
.close:hover { background: var(--hover); color: var(--text) }
.close svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round }
@keyframes rise { from { opacity: 0; transform: translateY(8px) } }
@media (max-width: 479px) { .form, .done { padding: ${r[5]}px } input:not([type=checkbox], [type=radio]), select, textarea { font-size: 16px } }
@media (prefers-reduced-motion) { * { animation: none !important; transition: none !important } }
`;function d(e,t={},...n){let r=document.createElement(e);for(let[e,n]of Object.entries(t))n!=null&&n!==!1&&n!==``&&r.setAttribute(e,n===!0?``:String(n));for(let e of n)e&&r.append(e);return r}function f(e){let t=`http://www.w3.org/2000/svg`,n=document.createElementNS(t,`svg`);n.setAttribute(`viewBox`,`0 0 24 24`),n.setAttribute(`aria-hidden`,`true`);let r=document.createElementNS(t,`path`);return r.setAttribute(`d`,e),n.append(r),n}export{f as n,u as r,d as t};