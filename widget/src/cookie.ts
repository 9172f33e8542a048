/** Server-side plugins read the user key from this cookie to link a browser with a contact. */
const NAME = '__ca__chat'
const YEAR = 365 * 24 * 3600

const write = (value: string, age: number): void => {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  try {
    document.cookie = `${NAME}=${value}; path=/; max-age=${age}; SameSite=Lax${secure}`
  } catch {
    // A frame without an origin has no cookies.
  }
}

/** Whether somebody was followed here. */
export const isRemembered = (): boolean => {
  try {
    return document.cookie.includes(NAME)
  } catch {
    return false
  }
}

export const rememberUser = (key: string): void => write(key, YEAR)
export const forgetUser = (): void => write('', 0)
