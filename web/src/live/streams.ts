import { apply, startAt, UNREAD, type Timeline } from './apply'
import type { Entry, StreamInfo } from './frames'

/** How far somebody has read; `at` is when this client heard of it, null when it was so already. */
export interface Mark {
  readonly seq: number
  readonly at: number | null
}

/** What this client knows of one stream. Replaced as a whole at each change. */
export interface StreamState {
  readonly id: number
  readonly kind: string
  readonly open: boolean
  readonly mayWrite: boolean
  /** The newest number anybody spoke of; the timeline may still be behind it. */
  readonly lastSeq: number
  /** How far the user has read, on any device. */
  readonly lastRead: number
  readonly marks: ReadonlyMap<number, Mark>
  readonly timeline: Timeline
}

export function known(info: StreamInfo, before?: StreamState): StreamState {
  return {
    id: info.id,
    kind: info.kind,
    open: info.open,
    mayWrite: info.may_write,
    lastSeq: Math.max(info.last_seq, before?.lastSeq ?? 0),
    lastRead: Math.max(info.last_read, before?.lastRead ?? 0),
    marks: before?.marks ?? new Map(),
    timeline: before?.timeline ?? (info.last_seq === 0 ? startAt(0) : UNREAD),
  }
}

/** A stream somebody named before the service did: readable, perhaps through a group. */
export function unknown(id: number): StreamState {
  return known({ id, kind: '', open: true, last_seq: -1, last_read: 0, may_write: true })
}

export function withEntries(state: StreamState, entries: readonly Entry[]): StreamState {
  const timeline = apply(state.timeline, entries)
  const lastSeq = entries.reduce((most, entry) => Math.max(most, entry.seq), state.lastSeq)
  return timeline === state.timeline && lastSeq === state.lastSeq ? state : { ...state, timeline, lastSeq }
}

/** Marks only ever move forward. */
export function withMark(state: StreamState, party: number, seq: number, at: number | null): StreamState {
  if (seq <= (state.marks.get(party)?.seq ?? 0)) return state
  return { ...state, marks: new Map(state.marks).set(party, { seq, at }) }
}

export function withOwnRead(state: StreamState, seq: number): StreamState {
  return seq > state.lastRead ? { ...state, lastRead: seq } : state
}

/** How many entries of others after the own read mark `counts` says are worth telling of. */
export function unread(state: StreamState, me: number, counts: (entry: Entry) => boolean): number {
  return state.timeline.entries.filter((e) => e.seq > state.lastRead && e.author !== me && !e.withdrawn && counts(e))
    .length
}
