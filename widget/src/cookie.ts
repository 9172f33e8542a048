/** Server-side plugins read the user key from this cookie to link a browser with a contact. */
const NAME = '__ca__chat'
const YEAR = 365 * 24 * 3600

const write = (value: string, age: number): void => {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = `${NAME}=${value}; path=/; max-age=${age}; SameSite=Lax${secure}`
}

export const rememberUser = (key: string): void => write(key, YEAR)
export const forgetUser = (): void => write('', 0)
