/** WebAuthn speaks bytes, the server speaks JSON: what lies between. */
type Json = Record<string, unknown>

const bytes = (text: string): ArrayBuffer => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0)).buffer
const text = (value: ArrayBuffer | null | undefined): string | undefined =>
  value ? btoa(String.fromCharCode(...new Uint8Array(value))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') : undefined

export const hasPasskeys = (): boolean => typeof PublicKeyCredential !== 'undefined'

/** Lets the browser make a passkey. Raises DOMException where the person doesn't want to. */
export async function makePasskey(options: Json): Promise<Json> {
  const given = options as unknown as { challenge: string; user: { id: string }; excludeCredentials?: { id: string }[] }
  const publicKey = {
    ...options,
    challenge: bytes(given.challenge),
    user: { ...given.user, id: bytes(given.user.id) },
    excludeCredentials: (given.excludeCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) })),
  } as unknown as PublicKeyCredentialCreationOptions
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
  const response = made.response as AuthenticatorAttestationResponse
  return {
    id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: made.getClientExtensionResults(),
    response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject), transports: response.getTransports?.() ?? [] },
  }
}

/** Lets the browser answer with a passkey. Raises DOMException where the person doesn't want to. */
export async function answerWithPasskey(options: Json): Promise<Json> {
  const publicKey = { ...options, challenge: bytes(options.challenge as string), allowCredentials: [] } as unknown as PublicKeyCredentialRequestOptions
  const got = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
  const response = got.response as AuthenticatorAssertionResponse
  return {
    id: got.id, rawId: text(got.rawId), type: got.type, clientExtensionResults: got.getClientExtensionResults(),
    response: { clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature), userHandle: text(response.userHandle) },
  }
}
