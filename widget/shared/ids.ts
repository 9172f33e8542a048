/** An id that nobody else makes. `randomUUID` is missing on plain http pages, where widgets live too; 128 random bits are there. */
export const newId = (): string =>
  crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
