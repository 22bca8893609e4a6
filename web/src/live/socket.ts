import type { Cancel, Chance, Clock, OpenWire, Wire } from './ports'

/**
 * off: not wanted · connecting: an attempt runs · open: frames can be sent ·
 * pausing: the last attempt failed and the next one has a time.
 */
export type Link = 'off' | 'connecting' | 'open' | 'pausing'

export interface SocketEvents {
  opened(): void
  heard(text: string): void
  /** The link changed; look at `link` and `retryAt`. */
  changed(): void
  /** The service will not have this session or page any more; no further attempt is made. */
  refused(code: number): void
}

const SECOND = 1000
const SHORTEST = 1 * SECOND
const LONGEST = 30 * SECOND
const PING_AFTER = 20 * SECOND
const DEAD_AFTER = 35 * SECOND
const ATTEMPT = 15 * SECOND

/** Signed out or revoked, and a page of another origin: trying again cannot help. */
const FINAL = new Set([4401, 4403])

/**
 * Keeps one socket open: notices when it has died, and tries again after a pause that grows from 1 to 30 seconds,
 * spread by chance so that a restarted service is not stormed.
 */
export class Socket {
  link: Link = 'off'
  /** When the next attempt starts, in ms since 1970; null unless pausing. */
  retryAt: number | null = null

  #wire: Wire | null = null
  #attempt = 0
  #failures = 0
  #heardAt = 0
  #timer: Cancel | null = null

  constructor(
    private readonly open: OpenWire,
    private readonly clock: Clock,
    private readonly chance: Chance,
    private readonly events: SocketEvents,
  ) {}

  start(): void {
    if (this.link === 'off') this.#connect()
  }

  stop(): void {
    this.#drop()
    this.#become('off')
  }

  /** 立即重试: skips the pause. Also for "the network is back". */
  retryNow(): void {
    if (this.link === 'pausing') this.#connect()
  }

  /** The system says there is no network: do not wait for the silence to tell. */
  cut(): void {
    if (this.link === 'open' || this.link === 'connecting') this.#lost(1006)
  }

  /** The other side has let us in: the next pause is a short one again. */
  settled(): void {
    this.#failures = 0
  }

  /** False when nothing could be sent; the caller keeps what it wanted to say. */
  send(text: string): boolean {
    if (this.link !== 'open' || !this.#wire) return false
    this.#wire.send(text)
    return true
  }

  /** The page woke up: a socket that stayed silent for too long is replaced at once. */
  check(): void {
    if (this.link === 'open' && this.clock.now() - this.#heardAt >= DEAD_AFTER) this.#lost(1006)
    else this.retryNow()
  }

  #connect(): void {
    this.#drop()
    const attempt = ++this.#attempt
    const mine = (call: () => void) => () => attempt === this.#attempt && call()
    this.#become('connecting')
    this.#wire = this.open({
      opened: mine(() => this.#opened()),
      heard: (text) => attempt === this.#attempt && this.#heard(text),
      closed: (code) => attempt === this.#attempt && this.#lost(code),
    })
    this.#wait(ATTEMPT, () => this.#lost(1006))
  }

  #opened(): void {
    this.#heardAt = this.clock.now()
    this.#become('open')
    this.#beat()
    this.events.opened()
  }

  #heard(text: string): void {
    this.#heardAt = this.clock.now()
    this.events.heard(text)
  }

  #beat(): void {
    this.#wait(PING_AFTER, () => {
      const silence = this.clock.now() - this.#heardAt
      if (silence >= DEAD_AFTER) return this.#lost(1006)
      if (silence >= PING_AFTER) this.send('{"t":"ping"}')
      this.#beat()
    })
  }

  #lost(code: number): void {
    this.#drop()
    if (FINAL.has(code)) {
      this.#become('off')
      this.events.refused(code)
      return
    }
    const pause = this.#pause()
    this.#wait(pause, () => this.#connect())
    this.#become('pausing', this.clock.now() + pause)
  }

  #pause(): number {
    const most = Math.min(LONGEST, SHORTEST * 2 ** ++this.#failures)
    return Math.max(SHORTEST, Math.round(most * (0.5 + this.chance() / 2)))
  }

  #become(link: Link, retryAt: number | null = null): void {
    this.link = link
    this.retryAt = retryAt
    this.events.changed()
  }

  #wait(ms: number, call: () => void): void {
    this.#timer?.()
    this.#timer = this.clock.after(ms, call)
  }

  #drop(): void {
    this.#timer?.()
    this.#timer = null
    this.#attempt++
    this.#wire?.close()
    this.#wire = null
  }
}
