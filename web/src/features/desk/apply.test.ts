import { describe, expect, it } from 'vitest'
import type { DeskRow, DeskSnapshot } from '@/api/desk'
import type { Entry } from '@/live/frames'
import { apply, declaredBy, fromSnapshot, lists, owedToday, withPage, type Desks } from './apply'

const ME = 7
const COLLEAGUE = 8

function row(id: number, facts: Partial<DeskRow> = {}): DeskRow {
  return {
    id, number: `ZX${id}`, desk: 'labour', state: 'waiting', citizen: { id: null, name: '王**', verified: false, anonymous: false },
    subject: '', question: '问题', asked_at: `2026-11-24T10:${String(id).padStart(2, '0')}:00+08:00`,
    entered_at: `2026-11-24T10:${String(id).padStart(2, '0')}:00+08:00`, off_hours: false, rank: 1, due_at: null, offered_to: null,
    offer_ends: null, only_for: null, officer: null, hold: null, stream: 100 + id, last: null, last_citizen_at: null,
    last_officer_at: null, unread: 0, ...facts,
  }
}

function snapshot(facts: Partial<DeskSnapshot> = {}): DeskSnapshot {
  return {
    desks: [
      { key: 'labour', name: '省劳动保障厅', short_name: '劳动', tile: '劳', stream: 1, as_of: 10, accept_seconds: 30 },
      { key: 'tax', name: '省地税局', short_name: '地税', tile: '税', stream: 2, as_of: 4, accept_seconds: 30 },
    ],
    me: { declared: 'online', on_duty: true, shift: null, capacity: 5, active: 0, today: { served: 0, first_reply_seconds: null, satisfied: null } },
    mine: [], waiting: [], messages: [], more: { waiting: null, messages: null }, ...facts,
  }
}

let seq = 10
const entry = (kind: string, data: Record<string, unknown>): Entry => ({ seq: ++seq, author: null, kind, body: '', at: 0, data })
const rowEntry = (one: DeskRow) => entry('row', { row: one })
const goneEntry = (id: number) => entry('gone', { id })
const replay = (state: Desks, entries: [stream: number, entry: Entry][]) => entries.reduce((sum, [stream, one]) => apply(sum, stream, one), state)
const ids = (rows: readonly DeskRow[]) => rows.map((one) => one.id)

describe('the lists of a desk', () => {
  it('puts somebody new behind those who wait longer', () => {
    const state = replay(fromSnapshot(snapshot({ waiting: [row(3)] })), [[1, rowEntry(row(5))], [1, rowEntry(row(1))]])
    expect(ids(lists(state, ME).waiting)).toEqual([1, 3, 5])
  })

  it('moves a conversation from waiting over the offer to mine', () => {
    let state = fromSnapshot(snapshot({ waiting: [row(3), row(4)] }))
    state = replay(state, [[1, rowEntry(row(3, { offered_to: ME, offer_ends: '2026-11-24T10:10:00+08:00' }))]])
    expect(ids(lists(state, ME).offers)).toEqual([3])
    expect(ids(lists(state, ME).waiting)).toEqual([4])
    state = replay(state, [[1, rowEntry(row(3, { state: 'serving', officer: ME }))]])
    expect(ids(lists(state, ME).mine)).toEqual([3])
    expect(ids(lists(state, ME).offers)).toEqual([])
  })

  it('shows a colleague\'s offer as waiting and his conversation not at all', () => {
    const state = replay(fromSnapshot(snapshot()), [
      [1, rowEntry(row(3, { offered_to: COLLEAGUE }))],
      [1, rowEntry(row(4, { state: 'serving', officer: COLLEAGUE }))],
      [1, rowEntry(row(5, { only_for: COLLEAGUE, offered_to: COLLEAGUE }))],
    ])
    expect(lists(state, ME)).toMatchObject({ mine: [], offers: [], messages: [] })
    expect(ids(lists(state, ME).waiting)).toEqual([3])
  })

  it('keeps messages apart, those of the morning first', () => {
    const state = fromSnapshot(snapshot({ messages: [row(1, { rank: 2, off_hours: true }), row(2, { rank: 0, off_hours: true })] }))
    expect(ids(lists(state, ME).messages)).toEqual([2, 1])
    expect(lists(state, ME).waiting).toEqual([])
  })

  it('holds a conversation among mine while it is held', () => {
    const state = replay(fromSnapshot(snapshot({ mine: [row(3, { state: 'serving', officer: ME })] })), [[1, rowEntry(row(3, { state: 'held', officer: ME }))]])
    expect(lists(state, ME).mine[0]?.state).toBe('held')
  })

  it('drops what is gone and ignores what was never here', () => {
    const state = replay(fromSnapshot(snapshot({ waiting: [row(3)] })), [[1, goneEntry(3)], [1, goneEntry(9)]])
    expect(lists(state, ME).waiting).toEqual([])
  })
})

describe('two desks of one officer', () => {
  const moved = row(3, { desk: 'tax' })

  it.each([
    ['in order', [[1, goneEntry(3)], [2, rowEntry(moved)]]],
    ['the new desk first', [[2, rowEntry(moved)], [1, goneEntry(3)]]],
    ['an old line of the first desk late', [[2, rowEntry(moved)], [1, rowEntry(row(3))], [1, goneEntry(3)]]],
  ] as [string, [number, Entry][]][])('end with the line at the second, %s', (_, entries) => {
    const state = replay(fromSnapshot(snapshot({ waiting: [row(3)] })), entries)
    expect(lists(state, ME).waiting).toEqual([moved])
  })
})

describe('replaying', () => {
  const entries: [number, Entry][] = [
    [1, rowEntry(row(3))], [1, rowEntry(row(3, { offered_to: ME }))], [1, rowEntry(row(3, { state: 'serving', officer: ME }))], [1, goneEntry(3)], [1, rowEntry(row(4))],
  ]

  it('gives the same again when everything comes twice', () => {
    const once = replay(fromSnapshot(snapshot()), entries)
    expect(lists(replay(once, entries), ME)).toEqual(lists(once, ME))
  })

  it('leaves the state before untouched', () => {
    const before = fromSnapshot(snapshot({ waiting: [row(3)] }))
    replay(before, entries)
    expect(ids(lists(before, ME).waiting)).toEqual([3])
  })

  it('ignores streams and kinds it does not know', () => {
    const before = fromSnapshot(snapshot({ waiting: [row(3)] }))
    expect(apply(before, 99, goneEntry(3))).toBe(before)
    expect(apply(before, 1, entry('weather', {}))).toBe(before)
  })

  it('remembers what colleagues declare and that inquiries changed', () => {
    const state = replay(fromSnapshot(snapshot()), [[1, entry('state', { officer: COLLEAGUE, state: 'busy' })], [1, entry('inquiry', { id: 1 })]])
    expect(declaredBy(state, COLLEAGUE)).toBe('busy')
    expect(declaredBy(state, ME)).toBe('online')
    expect(declaredBy(apply(state, 1, entry('state', { officer: ME, state: 'away' })), ME)).toBe('away')
    expect(state.inquiries).toBe(1)
  })
})

it('adds a page without undoing what came meanwhile', () => {
  let state = fromSnapshot(snapshot({ more: { waiting: null, messages: 31 } }))
  state = apply(state, 1, rowEntry(row(2, { state: 'serving', officer: ME })))
  state = withPage(state, 'messages', [row(1, { rank: 0 }), row(2, { rank: 0 })], null)
  expect(ids(lists(state, ME).messages)).toEqual([1])
  expect(ids(lists(state, ME).mine)).toEqual([2])
  expect(state.more.messages).toBeNull()
})

it('counts the messages due before the day is over', () => {
  const end = Date.parse('2026-11-24T23:59:59+08:00')
  const due = (id: number, day: string) => row(id, { rank: 0, due_at: `2026-11-${day}T17:30:00+08:00` })
  expect(owedToday([due(1, '24'), due(2, '23'), due(3, '25'), row(4, { rank: 0 })], end)).toBe(2)
})
