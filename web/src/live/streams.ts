import { apply, startAt, UNREAD, type Timeline } from './apply'
import type { Entry, StreamInfo } from './frames'

/** Somebody had read up to `seq` by `at`; `at` is null when it was so before this client looked. */
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
  /** Per party, each step it was seen to take, oldest first. */
  readonly marks: ReadonlyMap<number, readonly Mark[]>
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
  const steps = state.marks.get(party) ?? []
  if (seq <= (steps.at(-1)?.seq ?? 0)) return state
  return { ...state, marks: new Map(state.marks).set(party, [...steps.slice(1 - STEPS_KEPT), { seq, at }]) }
}

const STEPS_KEPT = 50

/** When anybody but `me` first had this entry on screen: null if nobody has, `at` null if the time is not known. */
export function readBy(state: StreamState, me: number | null, seq: number): { at: number | null } | null {
  const firsts = [...state.marks].filter(([party]) => party !== me).map(([, steps]) => steps.find((s) => s.seq >= seq))
  const reads = firsts.filter((step) => step !== undefined)
  if (reads.length === 0) return null
  const times = reads.map((step) => step.at)
  return { at: times.includes(null) ? null : Math.min(...(times as number[])) }
}

export function withOwnRead(state: StreamState, seq: number): StreamState {
  return seq > state.lastRead ? { ...state, lastRead: seq } : state
}

/** How many entries of others after the own read mark `counts` says are worth telling of. */
export function unread(state: StreamState, me: number | null, counts: (entry: Entry) => boolean): number {
  return state.timeline.entries.filter((e) => e.seq > state.lastRead && e.author !== me && !e.withdrawn && counts(e))
    .length
}
