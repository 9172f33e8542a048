/**
 * Why there is no microphone or camera.
 *
 * insecure  browsers lend them to pages with https only
 * refused   the visitor, or whoever set up the device, said no
 * missing   there is none
 * busy      another program has it
 */
export type NoDevice = 'insecure' | 'refused' | 'missing' | 'busy'

export const canListen = (): boolean => !!navigator.mediaDevices?.getUserMedia && 'RTCPeerConnection' in globalThis
/** Phones can't. */
export const canShareScreen = (): boolean => !!navigator.mediaDevices?.getDisplayMedia

/** Asks for the microphone; a device that is not there any more gives way to the usual one. Rejects with a NoDevice. */
export async function openMicrophone(id?: string): Promise<MediaStream> {
  const voice = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  // As a mere wish ("ideal") Chromium takes the usual one even where the wished one is there.
  const chosen = id ? await open({ audio: { ...voice, deviceId: { exact: id } } }).catch(orMissing) : undefined
  return chosen ?? open({ audio: voice })
}

function orMissing(why: NoDevice): undefined {
  if (why !== 'missing') throw why
}

/** Asks for the camera. Rejects with a NoDevice. */
export const openCamera = async (id?: string): Promise<MediaStreamTrack> =>
  (await open({ video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { max: 30 }, ...(id ? { deviceId: { ideal: id } } : { facingMode: 'user' }) } })).getVideoTracks()[0]!

/** Lets the visitor choose what to show. Rejects with a NoDevice; `refused` where they chose nothing. */
export async function openScreen(): Promise<MediaStreamTrack> {
  try {
    const track = (await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false })).getVideoTracks()[0]!
    // Letters, not movement: rather fewer pictures than blurred ones.
    track.contentHint = 'detail'
    return track
  } catch (error) {
    throw whyNot(error)
  }
}

/** Lets go of what was lent, so that the browser's sign goes out. */
export const letGo = (stream: MediaStream | null | undefined): void => stream?.getTracks().forEach((track) => track.stop())

async function open(wanted: MediaStreamConstraints): Promise<MediaStream> {
  if (!canListen()) throw 'insecure' satisfies NoDevice
  try {
    return await navigator.mediaDevices.getUserMedia(wanted)
  } catch (error) {
    throw whyNot(error)
  }
}

function whyNot(error: unknown): NoDevice {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'missing'
}
