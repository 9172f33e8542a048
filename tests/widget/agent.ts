/**
 * Ada's end of calls as a page of its own: the hub's agent socket and the same line that the panel uses, and nothing to see.
 * Bundled by tests/widget/test_calls.py.
 */
import { openCamera, openMicrophone } from '../../widget/shared/calls/devices'
import { Line, type LineState } from '../../widget/shared/calls/line'
import { newId } from '../../widget/shared/ids'
import type { Call, CallSignal, Commands } from '../../widget/shared/types'
import { openSocket } from '../../widget/src/socket'

const leg = newId()
const said: Call[] = []
let line: Line | undefined
let voice: MediaStream
let state: LineState | '' = ''
let ready = false
let camera: MediaStream | null = null
let screen: MediaStream | null = null

function hear(name: string, payload: unknown): void {
  if (name === 'session') {
    if (ready) void line?.back()
    ready = true
  }
  if (/offer|answer|candidate/.test(name)) return line?.signal(name, payload as CallSignal)
  if (!name.startsWith('call.')) return
  const call = payload as Call
  const before = said.at(-1)
  said.push(call)
  if (call.state === 'ended') line?.close()
  else if (call.legs.agent === leg) {
    if (before?.state === 'talking' && before.via !== call.via) line?.reroute(call.route, [])
    line?.held(call.held.length > 0)
  }
}

const connect = (token: string): void => {
  socket = openSocket(`${location.origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, '/agent', {
    auth: () => ({ token }), wanted: () => true, event: hear, down: () => {}, refused: (error) => console.error(error.message), woken: () => {},
  })
}
let socket: ReturnType<typeof openSocket>
const send = <Name extends keyof Commands>(name: Name, payload: Commands[Name][0]) => socket.send(name, payload)

function lineOf(id: number): Line {
  const sound = new Audio()
  return new Line({
    call: id, leg, side: 'agent', route: 'peer', ice: [], stream: voice, send: (name, body) => send(name as 'call.offer', body as never),
    heard: (stream) => {
      sound.srcObject = stream
      void sound.play()
      camera = stream.getVideoTracks().length ? stream : null
    },
    seen: (shown) => void (screen = shown),
    state: (now) => void (state = now),
  })
}

async function take(id: number): Promise<void> {
  voice ??= await openMicrophone()
  line?.close()
  line = lineOf(id)
  // Made before the hub answers: Vera's offer may be faster.
  const { call, ice } = await send('call.accept', { call: id, leg })
  line.begin({ route: call.route, ice })
}

async function dial(conversation: number): Promise<number> {
  voice ??= await openMicrophone()
  line?.close()
  const { call, ice } = await send('call.start', { client_id: newId(), leg, conversation })
  line = lineOf(call.id)
  line.begin({ route: call.route, ice })
  return call.id
}

async function show(on: boolean): Promise<void> {
  line!.video(on ? await openCamera() : null)
}

Object.assign(window, {
  ada: {
    connect, send, said: () => said, state: () => state, ready: () => ready,
    last: () => said.at(-1), camera: () => !!camera, screen: () => !!screen,
    take, dial, show, restart: () => line!.restart(),
  },
})
