import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Ui } from '../start'
import { Icon } from './icons'
import { UploadView } from './upload'

/** The server's limit, in bytes of UTF-8. */
const LONGEST = 16 * 1024

export function Composer({ ui }: { ui: Ui }) {
  const { chat, words } = ui
  const field = useRef<HTMLTextAreaElement>(null)
  const place = useRef<HTMLDivElement>(null)
  const files = useRef<HTMLInputElement>(null)
  const closePicker = useRef<(() => void) | null>(null)
  const [text, setText] = useState(chat.draft.text)
  const [isPicking, setPicking] = useState(false)
  const uploads = chat.uploads.all()
  const isTooLong = text.length > LONGEST / 4 && new TextEncoder().encode(text).length > LONGEST
  const isReady = (text.trim() || uploads.length) && !chat.uploads.unfinished() && !isTooLong

  // Grows with the text up to the five lines that the styles allow.
  useLayoutEffect(() => {
    const { style, scrollHeight } = shrink(field.current!)
    style.height = `${scrollHeight}px`
  }, [text])

  const write = (value: string): void => {
    setText(value)
    chat.saveDraft(value)
    chat.typing(value !== '')
  }

  const submit = (event: Event): void => {
    event.preventDefault()
    field.current!.focus()
    if (!isReady) return
    chat.say(text.trim())
    setText('')
  }

  const stopPicking = (): void => {
    closePicker.current?.()
    closePicker.current = null
    setPicking(false)
    field.current!.focus()
  }

  const insert = (emoji: string): void => {
    const area = field.current!
    area.setRangeText(emoji, area.selectionStart, area.selectionEnd, 'end')
    write(area.value)
    stopPicking()
  }

  const togglePicker = async (): Promise<void> => {
    if (isPicking) return stopPicking()
    setPicking(true)
    const { openPicker } = await ui.emoji()
    closePicker.current ??= openPicker(place.current!, words('emoji'), insert, stopPicking)
  }

  return (
    <form class="composer" ref={place} onSubmit={submit}>
      {uploads.length > 0 && (
        <div class="tray">{uploads.map((upload) => <UploadView key={upload.key} ui={ui} upload={upload} />)}</div>
      )}
      {isTooLong && <div class="problem" role="alert">{words('text_too_long')}</div>}
      <div class="field">
        <button type="button" class="icon" aria-label={words('attach')} title={words('attach')} onClick={() => files.current!.click()}>
          <Icon name="attach" />
        </button>
        <input
          hidden type="file" multiple ref={files} accept={chat.session()?.application.attachments.types.join()}
          onChange={(event) => {
            chat.attach(event.currentTarget.files)
            event.currentTarget.value = ''
            field.current!.focus()
          }}
        />
        <textarea
          ref={field} rows={1} value={text} placeholder={words('placeholder')} aria-label={words('placeholder')} enterkeyhint="send"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            // Enter also ends a word in the making (Japanese, and dead keys): that one is not ours.
            if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event)
          }}
          onPaste={(event) => {
            const pasted = event.clipboardData?.files
            if (!pasted?.length) return
            event.preventDefault()
            chat.attach(pasted)
          }}
        />
        <button type="button" class="icon" aria-label={words('emoji')} title={words('emoji')} aria-expanded={isPicking} onClick={togglePicker}>
          <Icon name="emoji" />
        </button>
        <button class="icon send" aria-label={words('send')} title={words('send')} disabled={!isReady}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  )
}

function shrink(area: HTMLTextAreaElement): HTMLTextAreaElement {
  area.style.height = 'auto'
  return area
}
