// The page of the designer's preview: the real widget, with a hub of its own in the page that never leaves it.
'use strict'
;(function () {
  let shown = null
  let said = []
  const team = () => shown.agents.map((agent) => ({ ...agent, online: shown.state !== 'offline' }))
  const message = (position, own, text) => ({
    id: position, conversation: 1, position, client_id: `p${position}`, kind: 'text', text, attachments: [],
    author: own ? { kind: 'contact', id: 9, name: '' } : { kind: 'agent', ...shown.agents[0] }, at: new Date(Date.now() - 60_000).toISOString(),
  })
  const conversation = () => ({
    id: 1, status: 'open', position: said.length, unread: 0, revision: 1, updated_at: new Date().toISOString(),
    read: { contact: said.length, agent: said.length }, delivered: { contact: said.length, agent: said.length },
  })
  const session = () => ({
    user_key: 'preview', visitor_token: 'preview', contact: { id: 9, name: '', email: null },
    application: {
      name: shown.company, locale: shown.language, online: shown.state !== 'offline', agents: team(),
      attachments: { max_size: 1, types: [] },
    },
    conversations: said.length ? [conversation()] : [],
  })
  function answer(name, payload) {
    if (name === 'conversation.open') return { ok: true, conversation: conversation(), messages: said.slice(payload.after) }
    if (name === 'form.open') return { ok: true, form: shown.form }
    if (name === 'form.submit') return { ok: true, status: 'done', text: '', redirect: '' }
    if (name === 'resume') return { ok: true, streams: {} }
    if (name !== 'message.send') return { ok: true }
    said = [...said, { ...message(said.length + 1, true, payload.text), client_id: payload.client_id }]
    return { ok: true, message: said[said.length - 1] }
  }

  window.WebSocket = class {
    constructor() {
      this.hear('0{"pingInterval":60000000,"pingTimeout":60000000}')
    }
    hear(data) {
      setTimeout(() => this.onmessage && this.onmessage({ data }))
    }
    send(frame) {
      if (frame.startsWith('40')) {
        this.hear('40/visitor,{"sid":"preview"}')
        this.hear(`42/visitor,${JSON.stringify(['session', session()])}`)
      }
      const call = /^42\/visitor,(\d+)(.*)$/s.exec(frame)
      if (call) this.hear(`43/visitor,${call[1]}${JSON.stringify([answer(...JSON.parse(call[2]))])}`)
    }
    close() {}
  }

  function dressed() {
    const look = { ...shown.look }
    if (shown.state !== 'form') delete look.form
    if (look.selector) look.selector = '#place'
    return look
  }

  function show(given) {
    const before = shown
    shown = given
    document.documentElement.className = given.theme
    document.getElementById('place').hidden = !given.look.selector
    if (before && before.state === given.state && before.company === given.company) return UE.refresh({ look: dressed() })
    const turn = () => window.userengage(shown.state === 'closed' && !shown.look.selector ? 'widget.close' : 'widget.open')
    said = given.state === 'talk' ? given.talk.map((text, place) => message(place + 1, !(place % 2), text)) : []
    if (before) {
      UE.destroy()
      UE.init({ apiKey: 'preview', look: dressed() })
      turn()
    } else {
      document.documentElement.lang = given.language
      window.civchat = { apiKey: 'preview', look: dressed() }
      document.body.append(Object.assign(document.createElement('script'), { src: 'widget.js', onload: turn }))
    }
  }

  // Only the panel that holds this page may say what to show.
  addEventListener('message', ({ source, data }) => source === parent && data && data.look && show(data))
  parent.postMessage('ready', '*')
})()
