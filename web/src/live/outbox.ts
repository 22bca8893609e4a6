import type { Heard } from './frames'
import type { Cancel, Clock } from './ports'

/**
 * waiting: kept here, to be sent as soon as there is a line · sending: handed over, not yet acknowledged ·
 * failed: fifteen seconds without acknowledgement, or refused; kept with its key until resent or deleted.
 */
export type Progress = 'waiting' | 'sending' | 'failed'

/** Something the user wrote that the service has not confirmed yet. */
export interface Letter {
  readonly key: string
  /** Whose device account wrote it; null: a visitor who has no account yet. */
  readonly owner: number | null
  /** The stream it belongs to; null while the talk itself has yet to be created. */
  readonly stream: number | null
  /** The desk to ask, for the first words of a talk. */
  readonly desk: string | null
  readonly body: string
  readonly at: number
  readonly progress: Progress
  /** Why the service refused it; null when it simply got no answer. */
  readonly refusal: Refused | null
}

export interface Refused {
  readonly code: string
  readonly text: string
}

/** Where letters survive a reload. Written before anything is sent, so synchronous. */
export interface LetterShelf {
  all(): Letter[]
  put(letter: Letter): void
  remove(key: string): void
}

/** The two ways out. Neither throws; what they cannot deliver stays here. */
export interface Carriers {
  /** By the socket. False: no line. */
  send(letter: Letter & { stream: number }): boolean
  /** Opens the talk by its first words and returns its stream. Rejects with what `judge` understands. */
  ask(letter: Letter & { desk: string }): Promise<number>
  /** Null: no answer was had, try again later with the same key. */
  judge(error: unknown): Refused | null
}

const PATIENCE = 15_000
const ASK_AGAIN = 2000
const ASK_AGAIN_AT_MOST = 30_000
const PASSING = new Set(['too_fast', 'unavailable'])

/**
 * Keeps every message from Enter to acknowledgement, in order, across reload and reconnect. The key given at the
 * first moment is used for every attempt through either door, so that retrying can never store twice.
 */
export class Outbox {
  #letters: Letter[] = []
  #owner: number | null = null
  #online = false
  readonly #timers = new Map<string, Cancel>()
  readonly #asking = new Set<string>()
  #unanswered = 0

  constructor(
    private readonly shelf: LetterShelf,
    private readonly carriers: Carriers,
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  get letters(): readonly Letter[] {
    return this.#letters
  }

  find(key: string): Letter | undefined {
    return this.#letters.find((letter) => letter.key === key)
  }

  /** Takes up what this person, or the visitor they were, left unsent on this device. */
  belongTo(owner: number | null): void {
    this.#stopTimers()
    this.#owner = owner
    this.#letters = this.shelf
      .all()
      .filter((letter) => letter.owner === owner || letter.owner === null)
      .map((letter) => ({ ...letter, owner, progress: letter.refusal ? 'failed' : 'waiting' }) as Letter)
      .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
    this.#letters.forEach((letter) => this.shelf.put(letter))
    this.changed()
  }

  add(to: { stream: number | null; desk: string | null }, key: string, body: string): Letter {
    const at = Math.max(this.clock.now(), (this.#letters.at(-1)?.at ?? 0) + 1)
    const letter: Letter = { ...to, key, body, at, owner: this.#owner, progress: 'waiting', refusal: null }
    this.shelf.put(letter)
    this.#letters = [...this.#letters, letter]
    this.changed()
    this.#dispatch(letter)
    return letter
  }

  /** The line is up and caught up: everything without a lasting refusal goes out again, in order. */
  online(): void {
    this.#online = true
    this.#unanswered = 0
    for (const letter of this.#letters) if (!letter.refusal) this.#dispatch(letter)
  }

  /** The line is down: nothing is failing now, it waits. */
  offline(): void {
    this.#online = false
    this.#stopTimers()
    for (const letter of this.#letters) if (letter.progress === 'sending') this.#set(letter.key, { progress: 'waiting' })
  }

  /** 重新发送, with the same key. */
  resend(key: string): void {
    const letter = this.#set(key, { progress: 'waiting', refusal: null })
    if (letter) this.#dispatch(letter)
  }

  /** The talk it was meant for is over: the same words become a new question to the desk. */
  redirect(key: string, desk: string): void {
    const letter = this.#set(key, { stream: null, desk, progress: 'waiting', refusal: null })
    if (letter) this.#dispatch(letter)
  }

  remove(key: string): void {
    this.#quiet(key)
    this.shelf.remove(key)
    const letter = this.find(key)
    if (!letter) return
    this.#letters = this.#letters.filter((one) => one !== letter)
    this.changed()
    this.#dispatchWaiting(letter)
  }

  /** It is on disk over there: by acknowledgement, or because the entry with its key came round. */
  stored(stream: number, key: string): boolean {
    const letter = this.find(key)
    if (!letter || (letter.stream !== null && letter.stream !== stream)) return false
    this.remove(key)
    return true
  }

  refused(frame: Heard<'err'>): void {
    const letter = frame.key ? this.find(frame.key) : undefined
    if (!letter) return
    if (PASSING.has(frame.code)) return this.#later(letter.key, (frame.retry_after ?? 1) * 1000)
    this.#fail(letter.key, { code: frame.code, text: frame.text })
  }

  /** The person signed out: nothing of theirs stays on this device. */
  forget(): void {
    for (const letter of this.#letters) this.shelf.remove(letter.key)
    this.#stopTimers()
    this.#letters = []
    this.changed()
  }

  #dispatch(letter: Letter): void {
    if (letter.stream !== null) this.#send(letter as Letter & { stream: number })
    else if (letter.desk !== null) void this.#ask(letter as Letter & { desk: string })
  }

  #dispatchWaiting(to: Letter): void {
    for (const letter of this.#letters) if (letter.progress === 'waiting' && sameTalk(letter, to)) this.#dispatch(letter)
  }

  #send(letter: Letter & { stream: number }): void {
    if (!this.#online || this.#isBehind(letter) || !this.carriers.send(letter)) return
    this.#set(letter.key, { progress: 'sending', refusal: null })
    this.#expect(letter.key)
  }

  /** Something written before it still waits to go out: it must not overtake. */
  #isBehind(letter: Letter): boolean {
    const earlier = this.#letters.filter((one) => one.at < letter.at && sameTalk(one, letter) && !one.refusal)
    return earlier.some((one) => one.progress === 'waiting' || one.stream === null)
  }

  async #ask(letter: Letter & { desk: string }): Promise<void> {
    if (this.#asking.has(letter.key) || this.#isBehind(letter)) return
    this.#asking.add(letter.key)
    this.#set(letter.key, { progress: 'sending', refusal: null })
    this.#expect(letter.key)
    try {
      this.#opened(letter.desk, await this.carriers.ask(letter))
      this.#unanswered = 0
    } catch (error) {
      this.#notOpened(letter.key, this.carriers.judge(error))
    } finally {
      this.#asking.delete(letter.key)
    }
  }

  /** The stream itself confirms the first words: they are sent there too, and the key stores them once. */
  #opened(desk: string, stream: number): void {
    const waiting = this.#letters.filter((letter) => letter.stream === null && letter.desk === desk)
    for (const { key } of waiting) {
      const letter = this.#set(key, { stream, progress: 'waiting' })
      if (letter) this.#dispatch(letter)
    }
  }

  #notOpened(key: string, refusal: Refused | null): void {
    if (refusal && !PASSING.has(refusal.code)) this.#fail(key, refusal)
    else this.#later(key, Math.min(ASK_AGAIN_AT_MOST, ASK_AGAIN * 2 ** this.#unanswered++))
  }

  #expect(key: string): void {
    this.#quiet(key)
    this.#timers.set(
      key,
      this.clock.after(PATIENCE, () => this.#fail(key, null)),
    )
  }

  #later(key: string, ms: number): void {
    this.#quiet(key)
    this.#set(key, { progress: 'waiting' })
    this.#timers.set(
      key,
      this.clock.after(ms, () => {
        const letter = this.find(key)
        if (letter) this.#dispatchWaiting(letter)
      }),
    )
  }

  #fail(key: string, refusal: Refused | null): void {
    this.#quiet(key)
    const letter = this.#set(key, { progress: 'failed', refusal })
    if (letter && refusal) this.#dispatchWaiting(letter)
  }


  #set(key: string, change: Partial<Letter>): Letter | null {
    const at = this.#letters.findIndex((letter) => letter.key === key)
    const before = this.#letters[at]
    if (!before) return null
    const letter = { ...before, ...change }
    this.#letters = this.#letters.with(at, letter)
    this.shelf.put(letter)
    this.changed()
    return letter
  }

  #quiet(key: string): void {
    this.#timers.get(key)?.()
    this.#timers.delete(key)
  }

  #stopTimers(): void {
    for (const key of [...this.#timers.keys()]) this.#quiet(key)
  }
}

function sameTalk(one: Letter, other: Letter): boolean {
  return one.stream !== null || other.stream !== null ? one.stream === other.stream : one.desk === other.desk
}
