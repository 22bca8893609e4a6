import type { Talk } from '@/api/consult'
import { daysBetween } from '@/lib/when'
import type { Entry } from '@/live/frames'
import type { Letter } from '@/live/outbox'
import { readBy, type StreamState } from '@/live/streams'

/** What stands in the talk, from top to bottom. */
export type Row = TimeRow | LineRow | BubbleRow | RecalledRow | CardRow

export interface TimeRow {
  type: 'time'
  key: string
  at: number
}

/** Words of the service between the messages. */
export interface LineRow {
  type: 'line'
  key: string
  entry: Entry
}

export interface CardRow {
  type: 'card'
  key: string
  card: 'transferred' | 'ended'
  entry: Entry
}

export interface RecalledRow {
  type: 'recalled'
  key: string
  own: boolean
  seq: number
}

export interface BubbleRow {
  type: 'bubble'
  key: string
  own: boolean
  author: number | null
  body: string
  at: number
  /** Null while it is on its way. */
  seq: number | null
  letter: Letter | null
  /** First of a run: with avatar and name. */
  headed: boolean
  state: 'sending' | 'stored' | 'read' | 'failed'
  readAt: number | null
  /** The line under the bubble is shown. */
  status: boolean
  corrected: { at: number; original: string } | null
}

const GAP = 5 * 60_000
const RUN = 2 * 60_000
const LINES = new Set(['assigned', 'returned', 'hold', 'message_left'])

/** The rows of a talk: entries in their order, then what is still on its way. */
export function rowsOf(me: number | null, state: StreamState | undefined, letters: readonly Letter[]): Row[] {
  const entries = state?.timeline.entries ?? []
  const corrections = correctionsOf(entries)
  const past = entries.filter((entry, n) => entry.kind !== 'hold' || isOver(entry, entries.slice(n + 1)))
  const shown = past.map((entry) => rowOf(entry, me, state, corrections)).filter((row) => row !== null)
  const here = new Set(entries.filter((entry) => entry.author === me).map((entry) => entry.key))
  const waiting = letters.filter((letter) => !here.has(letter.key)).map((letter) => letterRow(letter, me))
  return withTimes(withRuns([...shown, ...waiting]))
}

function rowOf(entry: Entry, me: number | null, state: StreamState | undefined, corrections: Corrections): Row | null {
  const key = `e${entry.seq}`
  if (entry.withdrawn) return { type: 'recalled', key, own: entry.author === me, seq: entry.seq }
  if (entry.kind === 'text') return bubble(entry, me, state, corrections)
  if (entry.kind === 'transferred' || entry.kind === 'ended') return { type: 'card', key, card: entry.kind, entry }
  return LINES.has(entry.kind) ? { type: 'line', key, entry } : null
}

function bubble(entry: Entry, me: number | null, state: StreamState | undefined, corrections: Corrections): BubbleRow {
  const own = entry.author === me
  const read = own && state ? readBy(state, me, entry.seq) : null
  const correction = corrections.get(entry.seq)
  return {
    type: 'bubble',
    // A message keeps its place on screen when it turns from a letter into an entry.
    key: own && entry.key ? `k${entry.key}` : `e${entry.seq}`,
    own,
    author: entry.author,
    body: correction?.body ?? entry.body,
    at: entry.at,
    seq: entry.seq,
    letter: null,
    headed: true,
    state: read ? 'read' : 'stored',
    readAt: read?.at ?? null,
    status: true,
    corrected: correction ? { at: correction.at, original: entry.body } : null,
  }
}

function letterRow(letter: Letter, me: number | null): BubbleRow {
  return {
    type: 'bubble',
    key: `k${letter.key}`,
    own: true,
    author: me,
    body: letter.body,
    at: letter.at,
    seq: null,
    letter,
    headed: true,
    state: letter.progress === 'failed' ? 'failed' : 'sending',
    readAt: null,
    status: true,
    corrected: null,
  }
}

/** A hold that still runs is a card at the end of the talk; one that is over leaves a line where it was. */
function isOver(hold: Entry, later: readonly Entry[]): boolean {
  return later.some((entry) => entry.author === hold.author || ['resumed', 'returned', 'ended'].includes(entry.kind))
}

type Corrections = ReadonlyMap<number, { at: number; body: string }>

/** The last correction of each corrected entry. */
function correctionsOf(entries: readonly Entry[]): Corrections {
  const found = new Map<number, { at: number; body: string }>()
  for (const entry of entries) {
    if (entry.kind !== 'correct') continue
    found.set(Number(entry.data?.seq), { at: entry.at, body: String(entry.data?.body ?? entry.body) })
  }
  return found
}

/** Same speaker within two minutes: one head at the top, one status at the bottom and at what nobody has read yet. */
function withRuns(rows: Row[]): Row[] {
  return rows.map((row, n) => {
    if (row.type !== 'bubble') return row
    const [before, after] = [rows[n - 1], rows[n + 1]]
    const last = !(after?.type === 'bubble' && after.own === row.own && after.author === row.author)
    return { ...row, headed: !continues(before, row), status: row.own && (last || row.state !== 'read') }
  })
}

function continues(before: Row | undefined, row: BubbleRow): boolean {
  return before?.type === 'bubble' && before.author === row.author && before.own === row.own && row.at - before.at < RUN
}

/** The time after a gap of five minutes and at each new day. */
function withTimes(rows: Row[]): Row[] {
  let last: number | null = null
  return rows.flatMap((row) => {
    const at = atOf(row)
    const gap = at !== null && (last === null || at - last >= GAP || daysBetween(last, at) !== 0)
    last = at ?? last
    return gap && at !== null ? [{ type: 'time', key: `t${row.key}`, at } satisfies TimeRow, headed(row)] : [row]
  })
}

function atOf(row: Row): number | null {
  if (row.type === 'bubble') return row.at
  return row.type === 'line' || row.type === 'card' ? row.entry.at : null
}

function headed(row: Row): Row {
  return row.type === 'bubble' ? { ...row, headed: true } : row
}

/** May still be taken back: own, within two minutes, nobody has read it, and not the question itself. */
export function mayRecall(row: BubbleRow, talk: Talk | undefined, now: number): boolean {
  return row.own && row.seq !== null && row.seq > FIRST_WORDS && row.state === 'stored' && talk?.state !== 'ended' && now - row.at < RECALL
}

const RECALL = 2 * 60_000
/** Number 1 says that something was asked, number 2 what. */
const FIRST_WORDS = 2
