/**
 * What outlives a reload: the sign-in, the outbox, and the last picture of the inbox.
 * IndexedDB rather than localStorage, because the outbox holds files and the service worker may read it too.
 */
type Table = 'kept' | 'outbox'

let opened: Promise<IDBDatabase> | undefined

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('switchboard-panel', 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('kept')
      request.result.createObjectStore('outbox')
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  return opened
}

async function run<T>(table: Table, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const store = (await open()).transaction(table, mode).objectStore(table)
  return new Promise((resolve, reject) => {
    const request = ask(store)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

export const get = <T>(table: Table, key: string): Promise<T | undefined> => run(table, 'readonly', (store) => store.get(key))
export const all = <T>(table: Table): Promise<T[]> => run(table, 'readonly', (store) => store.getAll())
export const put = (table: Table, key: string, value: unknown): Promise<unknown> => run(table, 'readwrite', (store) => store.put(value, key))
export const remove = (table: Table, key: string): Promise<unknown> => run(table, 'readwrite', (store) => store.delete(key))
