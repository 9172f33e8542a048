import { useMantineColorScheme } from '@mantine/core'
import { modalStyles } from '@shared/modal/styles'
import type { ShownModal } from '@shared/modal/types'
import { drawModal, said, textNodes } from '@shared/modal/view'
import { faceColour, initials, light, dark } from '@shared/tokens'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Language } from '../words/words'
import css from './modals.module.css'

type Props = { modal: ShownModal; language: Language; phone: boolean; label: string; close: string }

/** A page of some website with it, drawn by the very code that draws it there, in the size of a desktop or a phone. */
export function Preview({ modal, language, phone, label, close }: Props) {
  const frame = useRef<HTMLIFrameElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const [scale, setScale] = useState(0.4)
  const { colorScheme } = useMantineColorScheme()
  const scheme = colorScheme === 'auto' ? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') : colorScheme
  const [width, height] = phone ? [390, 700] : [1180, 760]

  useLayoutEffect(() => {
    const watch = new ResizeObserver(([entry]) => setScale(Math.min(phone ? 0.75 : 1, (entry?.contentRect.width ?? 460) / width)))
    watch.observe(box.current!)
    return () => watch.disconnect()
  }, [width, phone])

  useEffect(() => {
    const page = frame.current!.contentDocument!
    page.title = label
    page.documentElement.lang = language
    const sheetOf = (text: string): CSSStyleSheet => {
      // A sheet belongs to the document that it is made in.
      const sheet = new (page.defaultView as Window & typeof globalThis).CSSStyleSheet()
      sheet.replaceSync(text)
      return sheet
    }
    const colours = scheme === 'dark' ? dark : light
    page.adoptedStyleSheets = [sheetOf(`body{margin:0;height:100vh;overflow:hidden;background:${colours.ground};font-family:system-ui,sans-serif}${PAGE(colours)}`)]
    page.body.replaceChildren(lines(page))
    const host = page.createElement('div')
    const shadow = host.attachShadow({ mode: 'open' })
    shadow.adoptedStyleSheets = [sheetOf(modalStyles(scheme) + (modal.kind === 'message' ? MESSAGE(colours) : ''))]
    const root = page.createElement('div')
    root.className = 'root'
    root.style.setProperty('--font', 'system-ui, sans-serif')
    if (modal.accent) root.style.setProperty('--accent', modal.accent)
    if (modal.kind === 'message') root.append(...message(page, modal, language, close))
    else {
      if (modal.layout === 'center') root.append(Object.assign(page.createElement('div'), { className: 'shade' }))
      const drawn = page.createElement('section')
      drawn.className = `modal ${modal.layout} ${modal.size}`
      drawn.append(...drawModal({ modal, language, close, href: (path) => path }))
      root.append(drawn)
    }
    shadow.append(root)
    page.body.append(host)
  }, [modal, language, scheme, phone, label, close])

  return (
    <div ref={box} className={css.page} style={{ blockSize: height * scale }}>
      <iframe ref={frame} title={label} tabIndex={-1} style={{ inlineSize: width, blockSize: height, transform: `scale(${scale})` }} />
    </div>
  )
}

type Colours = typeof light

/** Some website, as lines. */
const PAGE = (colours: Colours): string =>
  `.page{max-width:820px;margin:0 auto;padding:56px 24px}.page i{display:block;height:14px;margin:16px 0;border-radius:7px;background:${colours.hover}}.page i:first-child{height:40px;width:45%;margin-bottom:32px}.page i:nth-child(3n){width:70%}`

function lines(page: Document): HTMLElement {
  const some = page.createElement('div')
  some.className = 'page'
  some.append(...Array.from({ length: 14 }, () => page.createElement('i')))
  return some
}

const MESSAGE = (colours: Colours): string => `
.launch{position:fixed;right:20px;bottom:20px;width:56px;height:56px;border-radius:50%;background:var(--accent);box-shadow:var(--shadow)}
.card,.popup,.window{position:fixed;box-sizing:border-box;border-radius:16px;background:var(--raised);box-shadow:0 0 0 1px var(--line),var(--shadow);overflow:hidden}
.card{right:20px;bottom:92px;width:320px;padding:12px;display:flex;gap:12px}
.popup{inset:0;margin:auto;width:min(400px,100% - 40px);height:fit-content}
.window{right:20px;bottom:92px;width:min(376px,100% - 40px);height:520px;padding:72px 16px 16px}
.window:before{content:"";position:absolute;inset:0 0 auto;height:56px;background:${colours.hover}}
.face{flex:none;display:grid;place-items:center;width:28px;height:28px;border-radius:50%;color:${light.onAccent};font-size:11px;font-weight:600}
.who{font-size:12px;font-weight:600;color:var(--muted)}
.card p{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;font-size:14px}
.popup .in{padding:20px 24px 24px}.popup img{display:block;width:100%;max-height:380px;object-fit:cover}.popup p{margin:4px 0 0;white-space:pre-wrap}
.window .row{display:flex;gap:8px;align-items:flex-end}.window .says{padding:8px 14px;border-radius:16px;background:var(--hover);white-space:pre-wrap}
.window img{max-width:240px;border-radius:16px}
.acts{margin-top:12px}.act{min-height:40px;padding:6px 14px;color:var(--accent-text)}`

/** An automatic message, as the chat shows it. */
function message(page: Document, modal: ShownModal, language: string, close: string): HTMLElement[] {
  const { name = '', id = 0 } = modal.author ?? {}
  const make = (className: string, ...children: (Node | string)[]): HTMLElement => {
    const made = page.createElement('div')
    made.className = className
    made.append(...children)
    return made
  }
  const face = make('face', initials(name))
  face.style.background = faceColour(id)
  const text = modal.blocks.filter(({ kind }) => kind === 'text').map((block) => said(block.text, language)).join('\n\n')
  const image = modal.blocks.find(({ kind }) => kind === 'image')
  const picture = page.createElement('img')
  picture.src = image?.picture?.url ?? image?.url ?? ''
  picture.alt = image ? said(image.text, language) : ''
  const pictures = image ? [picture] : []
  const labels = modal.blocks.filter(({ kind }) => kind === 'button').map((block) => make('act', said(block.text, language)))
  const acts = labels.length ? [make('acts', ...labels)] : []
  const words = page.createElement('p')
  words.append(...(textNodes(text) as Node[]))
  const launch = make('launch')
  if (modal.show_as === 'bubble') return [make('card', face, make('in', make('who', name), words, ...acts)), launch]
  if (modal.show_as === 'popup') return [make('shade'), make('popup', ...pictures, make('in', make('who', name), words, ...acts)), launch]
  const cross = make('who', name)
  cross.title = close
  return [make('window', cross, make('row', face, make('says', ...pictures, text)), ...acts), launch]
}
