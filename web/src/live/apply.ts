import type { Entry } from './frames'

/**
 * A gapless window of one stream: entries `from`…`to` by number. What came ahead of its turn waits in `ahead`.
 * `to` is the cursor: "I have up to here". Null while nothing has been read yet.
 */
export interface Timeline {
  readonly entries: readonly Entry[]
  readonly to: number | null
  readonly ahead: readonly Entry[]
  /** There may be entries before the first one here. */
  readonly older: boolean
}

export const UNREAD: Timeline = { entries: [], to: null, ahead: [], older: true }

/** An empty window that has everything up to `seq`; entries before it are read on demand. */
export function startAt(seq: number): Timeline {
  return { entries: [], to: seq, ahead: [], older: seq > 0 }
}

/** New state = old state + entries, in any order, any number of times. A gap stays visible in `missing`. */
export function apply(timeline: Timeline, entries: readonly Entry[]): Timeline {
  const to = timeline.to
  if (to === null) return { ...timeline, ahead: merged(timeline.ahead, entries) }
  const waiting = merged(timeline.ahead, entries).filter((entry) => entry.seq > to)
  const ready = leading(waiting, to)
  if (ready.length === 0) return waiting.length === timeline.ahead.length ? timeline : { ...timeline, ahead: waiting }
  return {
    ...timeline,
    entries: withdrawn([...timeline.entries, ...ready], ready),
    to: to + ready.length,
    ahead: waiting.slice(ready.length),
  }
}

/**
 * The page that was asked for before the first entry here, or the newest page when nothing was read yet.
 * `more`: whether something lies before it.
 */
export function prepend(timeline: Timeline, page: readonly Entry[], more: boolean): Timeline {
  const first = timeline.entries[0]?.seq ?? (timeline.to === null ? Infinity : timeline.to + 1)
  const older = merged([], page).filter((entry) => entry.seq < first)
  const entries = withdrawn([...older, ...timeline.entries], timeline.entries)
  const based = { ...timeline, entries, to: timeline.to ?? older.at(-1)?.seq ?? 0, older: more }
  return apply({ ...based, ahead: [] }, timeline.ahead)
}

/** The number after which entries are missing, or null when the window is whole. */
export function missing(timeline: Timeline): number | null {
  return timeline.to !== null && timeline.ahead.length > 0 ? timeline.to : null
}

/** The newest `count` entries only, for keeping on the device. */
export function newest(timeline: Timeline, count: number): Timeline {
  if (timeline.entries.length <= count) return { ...timeline, ahead: [] }
  return { ...timeline, entries: timeline.entries.slice(-count), ahead: [], older: true }
}

function merged(some: readonly Entry[], others: readonly Entry[]): Entry[] {
  const bySeq = new Map<number, Entry>()
  for (const entry of some) bySeq.set(entry.seq, entry)
  for (const entry of others) bySeq.set(entry.seq, entry)
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}

function leading(waiting: readonly Entry[], to: number): Entry[] {
  const gap = waiting.findIndex((entry, index) => entry.seq !== to + 1 + index)
  return gap < 0 ? [...waiting] : waiting.slice(0, gap)
}

/** A recalled entry keeps its number and loses its words, whichever of the two was read first. */
function withdrawn(entries: Entry[], news: readonly Entry[]): Entry[] {
  const recalled = new Set(news.filter((entry) => entry.kind === 'recall').map((entry) => Number(entry.data?.seq)))
  if (recalled.size === 0) return entries
  return entries.map((entry) => (recalled.has(entry.seq) ? { ...entry, body: '', withdrawn: true } : entry))
}
