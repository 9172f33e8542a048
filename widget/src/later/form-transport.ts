import type { Setting } from '../../shared/form/view'
import type { ShownForm, TakenForm } from '../../shared/form/types'
import type { WireError } from '../../shared/types'
import type { Ui } from '../start'

/** How a form comes and goes: over the socket where there is one, else by plain requests, as on pages without a chat. */
export function formTransport({ chat, words, formats }: Ui, id: number) {
  const language = formats.locale.slice(0, 2)
  const address = chat.href(`forms/${chat.key}/${id}`)

  async function request(url: string, body?: object): Promise<any> {
    const init = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
    const answer = await fetch(url, { credentials: 'omit', ...init }).then((response) => response.json())
    if (!answer.ok) throw answer.error as WireError
    return answer
  }

  const isUp = (): boolean => chat.connection() === 'up'
  const isLost = (error: WireError): boolean => error.code === 'unavailable'

  async function open(): Promise<ShownForm> {
    if (isUp()) {
      try {
        return (await chat.socket().send('form.open', { form: id, language })).form
      } catch (error) {
        if (!isLost(error as WireError)) throw error
      }
    }
    return (await request(`${address}?language=${language}`)).form
  }

  const send: Setting['send'] = async (filled) => {
    if (isUp()) {
      try {
        return await chat.socket().send('form.submit', filled)
      } catch (error) {
        if (!isLost(error as WireError)) throw error
      }
    }
    const visitor_token = (chat.isAgreed() && chat.shelf.get('token')) || undefined
    return (await request(address, { ...filled, visitor_token })) as TakenForm
  }

  return { open, setting: (form: ShownForm): Setting => ({ form, words, language, send, renew: open }) }
}
