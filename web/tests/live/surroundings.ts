import type { Letter, LetterShelf } from '@/live/outbox'
import type { Clock, OpenWire, WireEvents } from '@/live/ports'
import type { ClientFrame, ServerFrame } from '@/live/frames'

/** A clock that only moves when told, and a line whose other end is the test. */

export class HandClock implements Clock {
  #now = Date.UTC(2026, 10, 24, 2, 0)
  #due: { at: number; call: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, call: () => void): () => void {
    const one = { at: this.#now + ms, call }
    this.#due.push(one)
    return () => (this.#due = this.#due.filter((other) => other !== one))
  }

  pass(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const next = this.#due.filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#due = this.#due.filter((one) => one !== next)
      this.#now = next.at
      next.call()
    }
    this.#now = until
  }
}

export class Line {
  sent: ClientFrame[] = []
  attempts = 0
  #events: WireEvents | null = null

  open: OpenWire = (events) => {
    this.attempts++
    this.#events = events
    return { send: (text) => this.sent.push(JSON.parse(text) as ClientFrame), close: () => undefined }
  }

  connect(): void {
    this.#events?.opened()
  }

  drop(code = 1006): void {
    this.#events?.closed(code)
  }

  say(...frames: ServerFrame[]): void {
    for (const frame of frames) this.#events?.heard(JSON.stringify(frame))
  }

  raw(text: string): void {
    this.#events?.heard(text)
  }

  /** Frames of one kind the client has sent, oldest first. */
  all<T extends ClientFrame['t']>(t: T): Extract<ClientFrame, { t: T }>[] {
    return this.sent.filter((frame): frame is Extract<ClientFrame, { t: T }> => frame.t === t)
  }

  /** What was sent so far is looked at; start afresh. */
  forget(): void {
    this.sent = []
  }
}

/** A device's storage: what is put in comes out as it would after a reload. */
export class Shelf implements LetterShelf {
  #kept = new Map<string, string>()

  all(): Letter[] {
    return [...this.#kept.values()].map((text) => JSON.parse(text) as Letter)
  }

  put(letter: Letter): void {
    this.#kept.set(letter.key, JSON.stringify(letter))
  }

  remove(key: string): void {
    this.#kept.delete(key)
  }
}

export function text(seq: number, author: number, body: string, key?: string) {
  return { stream: 12, seq, author, kind: 'text', body, at: Date.UTC(2026, 10, 24, 2, seq), ...(key ? { key } : {}) }
}
