import type { Drawer } from './cache'
import type { Letter, LetterShelf } from './outbox'
import type { Clock, OpenWire } from './ports'

/** The browser's own clock, sockets and storage, in the shapes the live core asks for. */

export const clock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

export function webSocket(address: () => string): OpenWire {
  return (events) => {
    const socket = new WebSocket(address())
    socket.onopen = () => events.opened()
    socket.onmessage = (message) => events.heard(String(message.data))
    socket.onclose = (close) => events.closed(close.code)
    return { send: (text) => socket.send(text), close: () => socket.close() }
  }
}

export function socketAddress(page: Location): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/ws`
}

const LETTER = 'zwt.letter.'

/**
 * One item per letter in the device's storage. Written at once and not some time later, so that a message survives
 * a reload in the very moment of Enter. Without storage (refused, full) letters live as long as the page.
 */
export class StoredLetters implements LetterShelf {
  readonly #memory = new Map<string, Letter>()

  constructor(private readonly storage: Storage | null) {}

  all(): Letter[] {
    for (const name of this.#names()) {
      const letter = parsed(this.storage?.getItem(name) ?? null)
      if (letter) this.#memory.set(letter.key, letter)
    }
    return [...this.#memory.values()]
  }

  put(letter: Letter): void {
    this.#memory.set(letter.key, letter)
    try {
      this.storage?.setItem(LETTER + letter.key, JSON.stringify(letter))
    } catch (error) {
      console.warn('This device keeps no unsent messages across a reload.', error)
    }
  }

  remove(key: string): void {
    this.#memory.delete(key)
    this.storage?.removeItem(LETTER + key)
  }

  #names(): string[] {
    return Array.from({ length: this.storage?.length ?? 0 }, (_, at) => this.storage?.key(at) ?? '').filter((name) =>
      name.startsWith(LETTER),
    )
  }
}

function parsed(text: string | null): Letter | null {
  try {
    const letter: unknown = JSON.parse(text ?? 'null')
    return letter && typeof letter === 'object' && 'key' in letter && 'body' in letter ? (letter as Letter) : null
  } catch {
    return null
  }
}

/** The device's storage, or null where the browser refuses it. */
export function storage(): Storage | null {
  try {
    return globalThis.localStorage ?? null
  } catch {
    return null
  }
}

const STORE = 'conversations'

/** Conversations in IndexedDB. Where that is refused, nothing is kept and nothing fails. */
export class IndexedDrawer implements Drawer {
  #database: Promise<IDBDatabase | null> | null = null

  constructor(private readonly name = 'zhengwutong') {}

  async all<T>(owner: number): Promise<T[]> {
    const range = IDBKeyRange.bound([owner, 0], [owner, Infinity])
    return (await this.#do('readonly', (store) => store.getAll(range) as IDBRequest<T[]>)) ?? []
  }

  async put(owner: number, id: number, value: unknown): Promise<void> {
    await this.#do('readwrite', (store) => store.put(value, [owner, id]))
  }

  async remove(owner: number, id: number): Promise<void> {
    await this.#do('readwrite', (store) => store.delete([owner, id]))
  }

  async empty(): Promise<void> {
    await this.#do('readwrite', (store) => store.clear())
  }

  async #do<T>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    const database = await (this.#database ??= this.#open())
    if (!database) return null
    return new Promise((resolve) => {
      const request = use(database.transaction(STORE, mode).objectStore(STORE))
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => resolve(null)
    })
  }

  #open(): Promise<IDBDatabase | null> {
    if (typeof indexedDB === 'undefined') return Promise.resolve(null)
    return new Promise((resolve) => {
      const request = indexedDB.open(this.name, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(STORE)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => resolve(null)
      request.onblocked = () => resolve(null)
    })
  }
}
