import type { DeskFace, DeskRow, DeskSnapshot, Declared, MyDesk } from '@/api/desk'
import type { Entry } from '@/live/frames'

/** What the officer's page knows of his desks. Each desk's lines follow from its own stream alone. */
export interface Desks {
  readonly me: MyDesk
  readonly desks: readonly DeskFace[]
  /** Per desk, its lines by consultation. */
  readonly lines: ReadonlyMap<string, ReadonlyMap<number, DeskRow>>
  /** What has been declared since the snapshot, by officer: also by the service for whoever missed an offer. */
  readonly declared: ReadonlyMap<number, Declared>
  /** Cursors of the pages that were not read yet; null: everything is here. */
  readonly more: { readonly waiting: number | null; readonly messages: number | null }
  /** How often something concerning inquiries was told: a reason to read them again. */
  readonly inquiries: number
}

export function fromSnapshot(snapshot: DeskSnapshot): Desks {
  const lines = new Map<string, Map<number, DeskRow>>(snapshot.desks.map((desk) => [desk.key, new Map()]))
  for (const row of [...snapshot.mine, ...snapshot.waiting, ...snapshot.messages]) lines.get(row.desk)?.set(row.id, row)
  return { me: snapshot.me, desks: snapshot.desks, lines, declared: new Map(), more: snapshot.more, inquiries: 0 }
}

/** New state = old state + one entry of a desk's stream. A repeated entry changes nothing it has not changed before. */
export function apply(state: Desks, stream: number, entry: Entry): Desks {
  const desk = state.desks.find((one) => one.stream === stream)
  if (!desk) return state
  switch (entry.kind) {
    case 'row':
      return withLine(state, desk.key, (entry.data as { row: DeskRow }).row)
    case 'gone':
      return withoutLine(state, desk.key, Number(entry.data?.id))
    case 'state':
      return withDeclared(state, Number(entry.data?.officer), entry.data?.state as Declared)
    case 'inquiry':
      return { ...state, inquiries: state.inquiries + 1 }
    default:
      return state
  }
}

/** A further page of a list. Lines that came by the stream meanwhile are newer and stay. */
export function withPage(state: Desks, list: 'waiting' | 'messages', rows: readonly DeskRow[], next: number | null): Desks {
  const fresh = rows.filter((row) => !state.lines.get(row.desk)?.has(row.id))
  return { ...fresh.reduce((sum, row) => withLine(sum, row.desk, row), state), more: { ...state.more, [list]: next } }
}

function withLine(state: Desks, desk: string, row: DeskRow): Desks {
  const before = state.lines.get(desk)
  if (!before) return state
  return { ...state, lines: new Map(state.lines).set(desk, new Map(before).set(row.id, row)) }
}

function withoutLine(state: Desks, desk: string, id: number): Desks {
  const before = state.lines.get(desk)
  if (!before?.has(id)) return state
  const after = new Map(before)
  after.delete(id)
  return { ...state, lines: new Map(state.lines).set(desk, after) }
}

export function withDeclared(state: Desks, officer: number, declared: Declared): Desks {
  return { ...state, declared: new Map(state.declared).set(officer, declared) }
}

/** What this officer has declared last. */
export function declaredBy(state: Desks, me: number): Declared {
  return state.declared.get(me) ?? state.me.declared
}

/** The lists of the page, in the order in which people are served. */
export interface Lists {
  readonly mine: readonly DeskRow[]
  /** Offered to me right now; the first one is to be taken next. */
  readonly offers: readonly DeskRow[]
  readonly waiting: readonly DeskRow[]
  readonly messages: readonly DeskRow[]
}

const MORNING = 0
const LIVE = 1

export function lists(state: Desks, me: number): Lists {
  const all = [...state.lines.values()].flatMap((lines) => [...lines.values()])
  const waiting = all.filter((row) => row.state === 'waiting' && (row.only_for === null || row.only_for === me)).sort(byTurn)
  const offers = waiting.filter((row) => row.offered_to === me)
  return {
    mine: all.filter((row) => row.officer === me && (row.state === 'serving' || row.state === 'held')).sort(byAsking),
    offers,
    waiting: waiting.filter((row) => row.rank === LIVE && row.offered_to !== me),
    messages: waiting.filter((row) => row.rank !== LIVE && row.offered_to !== me),
  }
}

/** Messages of the morning first, then those who wait live, then what was left to be answered later. */
function byTurn(one: DeskRow, other: DeskRow): number {
  return one.rank - other.rank || Date.parse(one.entered_at) - Date.parse(other.entered_at) || one.id - other.id
}

function byAsking(one: DeskRow, other: DeskRow): number {
  return Date.parse(one.asked_at) - Date.parse(other.asked_at) || one.id - other.id
}

/** How many messages are owed an answer before the day is over. */
export function owedToday(messages: readonly DeskRow[], endOfDay: number): number {
  return messages.filter((row) => row.due_at !== null && Date.parse(row.due_at) <= endOfDay && row.rank === MORNING).length
}
