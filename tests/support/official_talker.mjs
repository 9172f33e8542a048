// A visitor with the official JavaScript client that sends numbered messages, each until it is acknowledged.
// Usage: node official_talker.mjs <url> <widget key> <transports, comma separated> <how many> <milliseconds between two>
// It prints one line of JSON once its first message is stored, and another one in the end.
import { io } from 'socket.io-client'

const [url, key, transports, count, pause] = process.argv.slice(2)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
setTimeout(() => process.exit(3), 110_000).unref() // whatever became of the test that started it
const seen = { acked: {}, names: new Set(), live: [], connects: 0, upgrades: 0 }
let token, conversation
const socket = io(`${url}/visitor`, {
  transports: transports.split(','),
  query: { talker: `js-${process.pid}` },
  reconnectionDelay: 50,
  reconnectionDelayMax: 200,
  auth: (give) => give({ key, ...(token && { visitor_token: token }) }),
})
const asked = (name, body) => socket.timeout(4000).emitWithAck(name, body)
socket.on('session', (session) => {
  token = session.visitor_token
  seen.connects++
  seen.live.push([])
})
socket.io.on('open', () => socket.io.engine.once('upgrade', () => seen.upgrades++))
socket.on('message', (message) => seen.live.at(-1)?.push(message.position))

for (let number = 0; number < Number(count); number++) {
  const body = { client_id: `js${number}`, text: `JavaScript ${number}`, ...(conversation && { conversation }) }
  for (;;) {
    const answer = await asked('message.send', body).catch(() => ({ ok: false, error: { retryable: true } }))
    if (answer.ok) {
      seen.acked[body.client_id] = answer.message.position
      if (!conversation) console.log(JSON.stringify({ conversation: (conversation = answer.message.conversation) }))
      break
    }
    if (!answer.error.retryable) throw new Error(JSON.stringify(answer))
    await sleep(50)
  }
  await sleep(Number(pause))
}
console.log(JSON.stringify({ ...seen, transport: socket.io.engine.transport.name }))
process.exit(0)
