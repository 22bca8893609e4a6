import { newest } from './apply'
import type { StreamState } from './streams'

/** One conversation as the device keeps it: what the screen needs to show it without a line. */
export interface Kept<Snapshot> {
  readonly stream: StreamState
  readonly snapshot: Snapshot
  /** When it was last touched; the oldest go first. */
  readonly at: number
}

/** A drawer of named values that outlives the page. Every method may quietly do nothing: a cache is no promise. */
export interface Drawer {
  all<T>(owner: number): Promise<T[]>
  put(owner: number, id: number, value: unknown): Promise<void>
  remove(owner: number, id: number): Promise<void>
  empty(): Promise<void>
}

const CONVERSATIONS = 50
const ENTRIES = 100

/** The last fifty conversations of one person, readable while offline. */
export class Cache<Snapshot> {
  readonly #touched = new Map<number, number>()

  constructor(
    private readonly drawer: Drawer,
    private readonly owner: number,
  ) {}

  async load(): Promise<Kept<Snapshot>[]> {
    const kept = await this.drawer.all<Kept<Snapshot>>(this.owner)
    for (const one of kept) this.#touched.set(one.stream.id, one.at)
    return kept.sort((a, b) => b.at - a.at)
  }

  async keep(stream: StreamState, snapshot: Snapshot, at: number): Promise<void> {
    this.#touched.set(stream.id, at)
    const kept: Kept<Snapshot> = { stream: { ...stream, timeline: newest(stream.timeline, ENTRIES) }, snapshot, at }
    await this.drawer.put(this.owner, stream.id, kept)
    await this.#makeRoom()
  }

  async #makeRoom(): Promise<void> {
    const oldest = [...this.#touched].sort((a, b) => b[1] - a[1]).slice(CONVERSATIONS)
    for (const [id] of oldest) {
      this.#touched.delete(id)
      await this.drawer.remove(this.owner, id)
    }
  }
}
