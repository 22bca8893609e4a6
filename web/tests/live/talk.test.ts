import { describe, expect, it } from 'vitest'
import { advance, newer, placed } from '@/live/talk'
import type { Talk } from '@/api/consult'
import type { Entry } from '@/live/frames'

const asked: Talk = {
  id: 4, number: 'ZX20261124-0001', state: 'waiting',
  desk: { key: 'labour', name: '省劳动保障厅', short_name: '劳动保障厅', tile: '劳', phone: '' },
  officer: null, stream: 12, citizen: { id: 7, name: '甲', verified: false, anonymous: true },
  place: null, eta_minutes: null, off_hours: false, opens_at: null, due_at: null,
  asked_at: '2026-11-24T10:00:00+08:00', accepted_at: null, first_reply_at: null, ended_at: null,
  outcome: null, question: '您好', subject: '', destination: null, case: null, rating: null, may_rate: false, hold: null,
  people: {}, last_seq: 2, last_read: 0, marks: {},
}

const OFFICER = { id: 31, name: '乙', number: '0312' }
let at = Date.UTC(2026, 10, 24, 2, 1)

function entry(seq: number, kind: string, data: Record<string, unknown> = {}, author: number | null = null): Entry {
  return { seq, kind, data, author, body: '', at: (at += 1000) }
}

const after = (talk: Talk, ...entries: Entry[]) => entries.reduce(advance, talk)
const served = after(asked, entry(3, 'queued', { place: 2, eta_minutes: 3 }), entry(4, 'assigned', { officer: OFFICER }))

describe('a talk', () => {
  it('waits with a place, then is served by somebody with a name', () => {
    expect(after(asked, entry(3, 'queued', { place: 2, eta_minutes: 3 }))).toMatchObject({ state: 'waiting', place: 2, eta_minutes: 3 })
    expect(served).toMatchObject({ state: 'serving', officer: OFFICER, place: null })
  })

  it('is held until the officer writes again, not when the citizen does', () => {
    const held = after(served, entry(5, 'hold', { reason: '核实', asking: { key: 'population', name: '省人口计生委' } }))
    expect(held).toMatchObject({ state: 'held', hold: { asking: { name: '省人口计生委' } } })
    expect(after(held, entry(6, 'text', {}, 7)).state).toBe('held')
    expect(after(held, entry(6, 'text', {}, 31))).toMatchObject({ state: 'serving', hold: null })
  })

  it('waits at another desk after a transfer, and knows nobody there yet', () => {
    const moved = after(served, entry(5, 'transferred', { to: { key: 'construction', name: '省建设厅' } }))
    expect(moved).toMatchObject({ state: 'waiting', officer: null, desk: { key: 'construction', name: '省建设厅' } })
  })

  it('ends with its outcome', () => {
    const ended = after(served, entry(5, 'ended', { outcome: 'answered', subject: '养老保险' }))
    expect(ended).toMatchObject({ state: 'ended', outcome: 'answered', subject: '养老保险' })
    expect(ended.ended_at).not.toBeNull()
  })

  it('counts an entry once, however often it is told', () => {
    const queued = entry(3, 'queued', { place: 2, eta_minutes: 3 })
    const assigned = entry(4, 'assigned', { officer: OFFICER })
    expect(after(asked, queued, assigned, queued)).toEqual(after(asked, queued, assigned))
  })

  it('never falls back in the queue', () => {
    const second = placed({ ...asked, place: 4 }, 2, 3)
    expect(second.place).toBe(2)
    expect(placed(second, 3, 5).place).toBe(2)
  })

  it('does not go back to an older answer of the service', () => {
    expect(newer(served, { ...asked, subject: '新' })).toMatchObject({ state: 'serving', last_seq: 4, subject: '新' })
    expect(newer(asked, served)).toBe(served)
  })
})
