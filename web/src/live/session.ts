import { missing, prepend, UNREAD } from './apply'
import { decode, type ClientFrame, type Entry, type Heard, type ServerFrame } from './frames'
import { Outbox, type Carriers, type Letter, type LetterShelf } from './outbox'
import type { Chance, Clock, OpenWire } from './ports'
import { Socket, type Link } from './socket'
import { known, unknown, withEntries, withMark, withOwnRead, type StreamState } from './streams'
import { Typing } from './typing'

/** What happened, for whoever shows it. States are read from the session itself. */
export type Change =
  | { what: 'link' }
  | { what: 'stream'; stream: number }
  | { what: 'streams' }
  | { what: 'entries'; stream: number; entries: readonly Entry[] }
  | { what: 'outbox' }
  | { what: 'typing'; stream: number }
  | { what: 'hint'; stream: number | null; topic: string | null; data: Record<string, unknown> }
  | { what: 'asked'; stream: number }
  | { what: 'recovered'; sent: number }
  | { what: 'refused'; error: Heard<'err'> }
  | { what: 'ended'; text: string }

export interface Ports {
  open: OpenWire
  clock: Clock
  chance: Chance
  shelf: LetterShelf
  /** Opens a talk over HTTP; see `Carriers`. */
  ask: Carriers['ask']
  judge: Carriers['judge']
  /** Streams whose newest page is read without anybody asking for it. */
  preload(stream: StreamState): boolean
  topics: readonly string[]
}

const PAGE = 50

/**
 * One person's live connection. Remembers one number per stream; a reconnect, a second device, a lost frame and a
 * missed bell are one case: "I have up to here".
 */
export class Live {
  readonly socket: Socket
  readonly outbox: Outbox
  readonly typing: Typing
  /** The signed-in user; null before `start`. */
  me: number | null = null
  /** True between "caught up" and the loss of the link. */
  current = false
  /** Server time minus device time, ms. */
  skew = 0
  limits = { body: 2000 }

  readonly #streams = new Map<number, StreamState>()
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #wanted = new Set<number>()
  readonly #followed = new Set<number>()
  readonly #fetching = new Map<number, 'newest' | 'older' | 'gap'>()
  readonly #unsaidRead = new Map<number, number>()
  #queuedAtLoss = new Set<string>()
  #recovered = 0

  constructor(private readonly ports: Ports) {
    this.socket = new Socket(ports.open, ports.clock, ports.chance, {
      opened: () => this.#hello(),
      heard: (text) => this.#heard(decode(text)),
      changed: () => this.#linkChanged(),
      refused: (code) => code === 4401 && this.#tell({ what: 'ended', text: '' }),
    })
    const carriers: Carriers = {
      send: (letter) => this.#say({ t: 'send', stream: letter.stream, key: letter.key, body: letter.body }),
      ask: (letter) => this.#ask(letter),
      judge: ports.judge,
    }
    this.outbox = new Outbox(ports.shelf, carriers, ports.clock, () => this.#tell({ what: 'outbox' }))
    this.typing = new Typing(ports.clock, (stream) => this.#tell({ what: 'typing', stream }))
  }

  get link(): Link {
    return this.socket.link
  }

  get streams(): ReadonlyMap<number, StreamState> {
    return this.#streams
  }

  on(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Connects as this person; what a visitor wrote on this device before becomes theirs. */
  start(me: number): void {
    if (this.me === me && this.socket.link !== 'off') return
    this.me = me
    this.outbox.belongTo(me)
    this.socket.start()
  }

  /** Nobody is signed in: words are kept, and go out by `ask`, which knows how to get an account. */
  visit(): void {
    this.outbox.belongTo(null)
  }

  /** Signed out: the link closes and nothing stays in memory. Unsent words are dropped only when told so. */
  stop({ forget }: { forget: boolean }): void {
    this.socket.stop()
    if (forget) this.outbox.forget()
    this.typing.clear()
    for (const all of [this.#streams, this.#wanted, this.#followed, this.#fetching, this.#unsaidRead]) all.clear()
    this.me = null
    this.#tell({ what: 'streams' })
  }

  /** What the device kept from last time, shown at once and continued from where it ends, also when hello was said. */
  restore(states: readonly StreamState[]): void {
    const news = states.filter((state) => !this.#streams.has(state.id))
    for (const state of news) this.#streams.set(state.id, state)
    for (const { id, timeline } of news) if (timeline.to !== null) this.#fetch(id, { after: timeline.to }, 'gap')
    this.#tell({ what: 'streams' })
  }

  /** Has the newest page of a stream read, now or as soon as there is a link. */
  want(stream: number): void {
    this.#wanted.add(stream)
    if (!this.#streams.has(stream)) this.#put(unknown(stream))
    this.#readNewest(stream)
  }

  /** Live delivery of a stream one may read through a group; repeated at each reconnect until `unfollow`. */
  follow(stream: number): void {
    this.#followed.add(stream)
    this.#say({ t: 'follow', stream })
    this.want(stream)
  }

  unfollow(stream: number): void {
    if (this.#followed.delete(stream)) this.#say({ t: 'unfollow', stream })
    this.#wanted.delete(stream)
  }

  /** The caller holds the rows of this stream up to `seq` (from HTTP); only what follows is wanted. */
  haveUpTo(stream: number, seq: number): void {
    const before = this.#streams.get(stream) ?? unknown(stream)
    const timeline = { ...UNREAD, to: seq, older: seq > 0 }
    this.#put(withEntries({ ...before, timeline, lastSeq: Math.max(before.lastSeq, seq) }, before.timeline.ahead))
    if (this.current && before.lastSeq > seq) this.#fetch(stream, { after: seq }, 'gap')
  }

  /** Read marks the caller got with a snapshot; their times are not known. */
  haveMarks(stream: number, marks: Readonly<Record<string, number>>): void {
    let state = this.#streams.get(stream)
    if (!state) return
    for (const [party, seq] of Object.entries(marks)) {
      state = Number(party) === this.me ? withOwnRead(state, seq) : withMark(state, Number(party), seq, null)
    }
    this.#put(state)
  }

  /** One page before what is here. Nothing happens when there is none, or one is under way. */
  older(stream: number): void {
    const timeline = this.#streams.get(stream)?.timeline
    const first = timeline?.entries[0]?.seq
    if (timeline?.older && first !== undefined && first > 1) this.#fetch(stream, { before: first }, 'older')
  }

  isReading(stream: number): boolean {
    return this.#fetching.has(stream)
  }

  send(stream: number, key: string, body: string): Letter {
    this.typing.sent(stream)
    return this.outbox.add({ stream, desk: null }, key, body)
  }

  /** The first words to a desk. The talk is created by them; what is written meanwhile follows in order. */
  askDesk(desk: string, key: string, body: string): Letter {
    return this.outbox.add({ stream: null, desk }, key, body)
  }

  /** The user had entries up to `seq` on screen. Goes out when there is a link; never moves back. */
  seen(stream: number, seq: number): void {
    const state = this.#streams.get(stream)
    if (!state || seq <= state.lastRead) return
    this.#put(withOwnRead(state, seq))
    if (!this.#say({ t: 'seen', stream, seq })) this.#unsaidRead.set(stream, seq)
  }

  keystroke(stream: number): void {
    if (this.current && this.typing.shouldTell(stream)) this.#say({ t: 'typing', stream })
  }

  #hello(): void {
    const cursors: Record<string, number> = {}
    for (const { id, timeline } of this.#streams.values()) if (timeline.to !== null) cursors[id] = timeline.to
    this.#say({ t: 'hello', cursors, topics: [...this.ports.topics] })
  }

  #heard(frame: ServerFrame | null): void {
    switch (frame?.t) {
      case 'welcome':
        return this.#welcomed(frame)
      case 'entry':
        return this.#entries(frame.stream, [frame])
      case 'entries':
        return this.#page(frame)
      case 'caught_up':
        return this.#caughtUp()
      case 'ack':
        return this.#acknowledged(frame)
      case 'err':
        return this.#err(frame)
      case 'seen':
        return this.#mark(frame)
      case 'typing':
        return frame.user === this.me ? undefined : this.typing.heard(frame.stream, frame.user)
      case 'joined':
        return this.#joined(frame)
      case 'left':
        return this.#left(frame.stream)
      case 'hint':
        return this.#hint(frame)
      case 'bye':
        return frame.code === 4401 ? this.#ended(frame.text) : undefined
    }
  }

  #welcomed(frame: Heard<'welcome'>): void {
    this.socket.settled()
    this.skew = frame.now - this.ports.clock.now()
    this.limits = frame.limits
    for (const info of frame.streams) this.#streams.set(info.id, known(info, this.#streams.get(info.id)))
    this.#tell({ what: 'streams' })
  }

  #caughtUp(): void {
    this.current = true
    this.#recovered = 0
    this.#queuedAtLoss = new Set(this.outbox.letters.filter((letter) => !letter.refusal).map((letter) => letter.key))
    for (const stream of this.#followed) this.#say({ t: 'follow', stream })
    for (const [stream, seq] of this.#unsaidRead) this.#say({ t: 'seen', stream, seq })
    this.#unsaidRead.clear()
    for (const state of this.#streams.values()) this.#readNewest(state.id)
    this.#tell({ what: 'link' })
    this.outbox.online()
    this.#tellRecovered()
  }

  #readNewest(stream: number): void {
    const state = this.#streams.get(stream)
    if (!state || state.timeline.to !== null) return
    if (this.#wanted.has(stream) || this.ports.preload(state)) this.#fetch(stream, {}, 'newest')
  }

  #fetch(stream: number, range: { after?: number; before?: number }, why: 'newest' | 'older' | 'gap'): void {
    if (this.#fetching.has(stream)) return
    if (this.#say({ t: 'fetch', stream, ...range, limit: PAGE })) this.#fetching.set(stream, why)
  }

  #page(frame: Heard<'entries'>): void {
    const state = this.#streams.get(frame.stream) ?? unknown(frame.stream)
    const why = this.#fetching.get(frame.stream)
    if (why !== 'older' || !continues(state, frame.items)) this.#fetching.delete(frame.stream)
    if (why === 'newest' || (why === 'older' && !continues(state, frame.items))) {
      const timeline = prepend(state.timeline, frame.items, frame.more)
      this.#put({ ...state, timeline, lastSeq: Math.max(state.lastSeq, timeline.to ?? 0) })
      this.#arrived(frame.stream, frame.items)
      this.#closeGap(frame.stream)
    } else {
      this.#entries(frame.stream, frame.items)
      if (frame.more) this.#fetch(frame.stream, { after: this.#streams.get(frame.stream)?.timeline.to ?? 0 }, 'gap')
    }
  }

  #entries(stream: number, entries: readonly Entry[]): void {
    const before = this.#streams.get(stream) ?? unknown(stream)
    const state = withEntries(before, entries)
    this.#put(state)
    const news = state.timeline.entries.slice(before.timeline.entries.length)
    for (const entry of news) if (entry.author !== null) this.typing.stopped(stream, entry.author)
    this.#arrived(stream, entries)
    if (news.length > 0) this.#tell({ what: 'entries', stream, entries: news })
    this.#closeGap(stream)
  }

  /** There is an entry with this number; it is fetched unless it is here. */
  #knowOf(stream: number, seq: number): void {
    const to = this.#streams.get(stream)?.timeline.to
    if (to != null && to < seq) this.#fetch(stream, { after: to }, 'gap')
  }

  /** Own words that come round are as good as an acknowledgement: another tab may have sent them. */
  #arrived(stream: number, entries: readonly Entry[]): void {
    for (const entry of entries) if (entry.author === this.me && entry.key) this.#stored(stream, entry.key)
  }

  #closeGap(stream: number): void {
    const state = this.#streams.get(stream)
    const after = state ? missing(state.timeline) : null
    if (after !== null) this.#fetch(stream, { after }, 'gap')
  }

  /** The service does not repeat to a sender what he said himself: the letter and its number are the entry. */
  #acknowledged(frame: Heard<'ack'>): void {
    const letter = this.outbox.find(frame.key)
    const { seq, at, key, stream } = frame
    if (letter) this.#entries(stream, [{ seq, at, key, author: this.me, kind: 'text', body: letter.body }])
    else this.#knowOf(stream, seq)
    this.#stored(stream, key)
  }

  #stored(stream: number, key: string): void {
    if (!this.outbox.stored(stream, key) || !this.#queuedAtLoss.delete(key)) return
    this.#recovered++
    this.#tellRecovered()
  }

  /** Said once the queue of the time without a link is empty; `sent` may be 0. */
  #tellRecovered(): void {
    if (this.#queuedAtLoss.size === 0) this.#tell({ what: 'recovered', sent: this.#recovered })
  }

  #err(frame: Heard<'err'>): void {
    if (frame.key) this.#queuedAtLoss.delete(frame.key)
    this.outbox.refused(frame)
    if (frame.stream && !frame.key) {
      this.#fetching.delete(frame.stream)
      if (frame.code === 'old_cursor') this.#startOver(frame.stream)
      if (frame.code === 'not_found') this.#left(frame.stream)
    }
    this.#tell({ what: 'refused', error: frame })
  }

  /** What is here is too old to be continued: read the newest page instead. */
  #startOver(stream: number): void {
    const state = this.#streams.get(stream)
    if (!state) return
    this.#put({ ...state, timeline: UNREAD })
    this.#wanted.add(stream)
    this.#readNewest(stream)
  }

  #mark(frame: Heard<'seen'>): void {
    const state = this.#streams.get(frame.stream)
    if (!state) return
    const own = frame.party === this.me
    this.#put(
      own ? withOwnRead(state, frame.seq) : withMark(state, frame.party, frame.seq, this.ports.clock.now() + this.skew),
    )
  }

  #joined(frame: Heard<'joined'>): void {
    this.#put(known(frame.stream, this.#streams.get(frame.stream.id)))
    this.#readNewest(frame.stream.id)
    this.#tell({ what: 'streams' })
  }

  #left(stream: number): void {
    this.#wanted.delete(stream)
    this.#followed.delete(stream)
    if (this.#streams.delete(stream)) this.#tell({ what: 'streams' })
  }

  #hint(frame: Heard<'hint'>): void {
    this.#tell({ what: 'hint', stream: frame.stream ?? null, topic: frame.topic ?? null, data: frame.data as Record<string, unknown> })
  }

  async #ask(letter: Letter & { desk: string }): Promise<number> {
    const stream = await this.ports.ask(letter)
    this.want(stream)
    this.#tell({ what: 'asked', stream })
    return stream
  }

  #linkChanged(): void {
    if (this.socket.link !== 'open') {
      this.current = false
      this.#fetching.clear()
      this.outbox.offline()
    }
    this.#tell({ what: 'link' })
  }

  #ended(text: string): void {
    this.socket.stop()
    this.#tell({ what: 'ended', text })
  }

  #put(state: StreamState): void {
    if (this.#streams.get(state.id) === state) return
    this.#streams.set(state.id, state)
    this.#tell({ what: 'stream', stream: state.id })
  }

  #say(frame: ClientFrame): boolean {
    return this.socket.send(JSON.stringify(frame))
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}

/** Whether these are news, and not the page before what is here. */
function continues(state: StreamState, items: readonly Entry[]): boolean {
  return items.length > 0 && items[0]!.seq > (state.timeline.to ?? Infinity)
}
