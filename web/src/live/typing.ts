import type { Cancel, Clock } from './ports'

const TELL_EVERY = 3000
const BELIEVE_FOR = 5000

/** Who is typing where. What is heard expires by itself; what is told is told at most every three seconds. */
export class Typing {
  readonly #heard = new Map<string, Cancel>()
  readonly #told = new Map<number, number>()

  constructor(
    private readonly clock: Clock,
    private readonly changed: (stream: number) => void,
  ) {}

  users(stream: number): number[] {
    const start = `${stream}:`
    return [...this.#heard.keys()].filter((name) => name.startsWith(start)).map((name) => +name.slice(start.length))
  }

  heard(stream: number, user: number): void {
    const name = `${stream}:${user}`
    const again = this.#heard.get(name)
    again?.()
    this.#heard.set(
      name,
      this.clock.after(BELIEVE_FOR, () => this.stopped(stream, user)),
    )
    if (!again) this.changed(stream)
  }

  /** Their message arrived, or they fell silent. */
  stopped(stream: number, user: number): void {
    const name = `${stream}:${user}`
    const cancel = this.#heard.get(name)
    if (!cancel) return
    cancel()
    this.#heard.delete(name)
    this.changed(stream)
  }

  /** Whether it is time to tell the others again. */
  shouldTell(stream: number): boolean {
    const now = this.clock.now()
    if (now - (this.#told.get(stream) ?? -Infinity) < TELL_EVERY) return false
    this.#told.set(stream, now)
    return true
  }

  /** The message was sent: the next keystroke is news again. */
  sent(stream: number): void {
    this.#told.delete(stream)
  }

  clear(): void {
    for (const cancel of this.#heard.values()) cancel()
    this.#heard.clear()
    this.#told.clear()
  }
}
