import { canShareScreen } from '../../../shared/calls/devices'
import { kit } from '../kit'
import type { Ui } from '../../start'
import type { Desk } from './desk'
import { CallButton, Clock, hasPicture, ICONS, otherOf, Picture } from './parts'
import { standing, whyNot } from './words'

type Props = { ui: Ui; desk: Desk }

/** The call as it fills the chat. */
export function View({ ui, desk }: Props) {
  const { step, call } = desk
  if (step === 'asking') return <Asking ui={ui} desk={desk} />
  const { words } = ui
  const other = otherOf(desk, ui)
  const { Face } = kit
  const isTalking = step === 'talking'
  const why = desk.why ?? desk.sight.why
  const large = isTalking ? desk.sight.shown ?? (hasPicture(desk.sight.person) ? desk.sight.person : null) : null
  return (
    <section class={large ? 'call large seen' : 'call large'} aria-label={words('callWith', { name: other.name })} tabIndex={-1}>
      <div class="people">
        {large
          ? <Picture stream={large} kind={desk.sight.shown ? 'other whole' : 'other'} label={words('callPicture', { name: other.name })} />
          : <div class={step === 'calling' || step === 'ringing' ? 'who rings' : 'who'}><Face {...other} /></div>}
        {desk.sight.camera && <Picture stream={own(desk.sight.camera)} kind="mine" label={words('callMine')} />}
      </div>
      <div class="words">
        <b>{other.name}</b>
        <p class="state" role="status">{isTalking && !call?.held.length && <Bars desk={desk} />}{standing(desk, ui)}</p>
        {isTalking && call?.answered && <Clock since={call.answered} />}
        {isTalking && call?.muted.includes('agent') && <p>{words('callTheyMuted', { name: other.name })}</p>}
        {isTalking && call?.recording === 'on' && call.state === 'talking' && <p class="tape">{words('callRecorded')}</p>}
        {desk.sight.screen && <p>{words('callShares')}</p>}
        {step === 'ringing' && desk.willAsk && !why && <p>{words('callWillAsk')}</p>}
        {why && <p class="problem" role="alert">{whyNot(why, ui)}</p>}
      </div>
      <Keys ui={ui} desk={desk} />
    </section>
  )
}

let shownTrack: MediaStreamTrack | undefined
let shownStream: MediaStream
function own(track: MediaStreamTrack): MediaStream {
  if (shownTrack !== track) shownStream = new MediaStream([(shownTrack = track)])
  return shownStream
}

/** How good the connection is, as bars beside its word. */
const Bars = ({ desk: { state } }: { desk: Desk }) => (
  <i class={`bars ${state}`} aria-hidden="true"><i /><i /><i /></i>
)

function Keys({ ui, desk }: Props) {
  const { words, chat } = ui
  const { step, call } = desk
  if (step === 'over') return <Afterwards ui={ui} desk={desk} />
  if (step === 'elsewhere') return <div class="acts"><button class="main" onClick={() => desk.enlarge(false)}>{words('callToChat')}</button></div>
  const end = <CallButton named path={ICONS.phone} kind="end" label={words(step === 'ringing' ? 'callDecline' : call?.state === 'message' ? 'callSpoken' : 'callEnd')} act={() => desk.end()} />
  if (step === 'ringing') {
    return (
      <div class="keys">
        {end}
        <CallButton named path={ICONS.phone} kind="take" label={words('callTake')} act={() => void desk.accept()} />
      </div>
    )
  }
  const mayShow = step === 'talking' && call?.route === 'peer'
  return (
    <div class="keys">
      {step === 'talking' && call?.state !== 'message' && (
        <CallButton named pressed={desk.isMuted} path={desk.isMuted ? ICONS.noVoice : ICONS.voice} label={words('callMute')} act={() => desk.mute()} />
      )}
      {mayShow && <CallButton named pressed={!!desk.sight.camera} path={ICONS.camera} label={words('callCamera')} act={() => void desk.picture('camera')} />}
      {mayShow && canShareScreen() && (
        <CallButton named pressed={!!desk.sight.screen} path={ICONS.screen} label={words('callScreen')} act={() => void desk.picture('screen')} />
      )}
      {chat.isOpen() && <ChatKey ui={ui} desk={desk} />}
      {end}
      {desk.state === 'failed' && <button class="again" onClick={() => desk.retry()}>{words('callAgainWay')}</button>}
    </div>
  )
}

function ChatKey({ ui: { words }, desk }: Props) {
  const { Icon } = kit
  return (
    <button type="button" class="key" aria-label={words('callToChat')} onClick={() => desk.enlarge(false)}>
      <span><Icon name="chat" /></span><small aria-hidden="true">{words('callToChat')}</small>
    </button>
  )
}

/** What can be done where nobody took the call, or it broke. */
function Afterwards({ ui: { words }, desk }: Props) {
  const { call, problem } = desk
  const isDone = !problem && (call?.reason === 'hung_up' || call?.reason === 'message')
  const isIncoming = call?.direction === 'out'
  const isBusy = problem === 'call_busy' || problem === 'call_elsewhere'
  return (
    <div class="acts column">
      {!isDone && !isBusy && !isIncoming && <button class="main" onClick={() => desk.write(words('callBackAsk'))}>{words('callBack')}</button>}
      {!isDone && <button class={isIncoming || isBusy ? 'main' : ''} onClick={() => desk.write()}>{words('callWrite')}</button>}
      <button onClick={() => desk.end()}>{words('callClose')}</button>
    </div>
  )
}

/** What the microphone is for, before the browser asks; and what can be done where it said no. */
function Asking({ ui, desk }: Props) {
  const { words } = ui
  const { Icon } = kit
  const no = desk.why
  return (
    <section class="call large asks" aria-label={words('call')} tabIndex={-1}>
      <div class="people"><div class="who"><span class="face"><Icon path={no ? ICONS.noVoice : ICONS.voice} /></span></div></div>
      <div class="words">
        <b>{words(no ? 'callNoMicrophone' : 'callAsk')}</b>
        {no ? <p role="alert">{whyNot(no, ui)}</p> : <p>{words('callAskWhy')}</p>}
      </div>
      <div class="acts column">
        {no !== 'insecure' && <button class="main" onClick={() => void desk.dial()}>{words(no ? 'callTry' : 'callAllow')}</button>}
        {no && <button onClick={() => desk.write(words('callBackAsk'))}>{words('callBack')}</button>}
        <button onClick={() => desk.write()}>{words('callWrite')}</button>
        <button onClick={() => desk.end()}>{words('callNot')}</button>
      </div>
    </section>
  )
}
