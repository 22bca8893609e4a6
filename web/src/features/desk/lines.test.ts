import { describe, expect, it } from 'vitest'
import type { Inquiry } from '@/api/desk'
import { apply, startAt } from '@/live/apply'
import type { Entry } from '@/live/frames'
import { unknown, type StreamState } from '@/live/streams'
import { linesOf, newestReply, type Sources } from './lines'

const [CITIZEN, ME, COLLEAGUE, OTHER] = [1, 7, 8, 9]
const MINUTE = 60_000

function stream(id: number, entries: Partial<Entry>[], marks: [number, number][] = []): StreamState {
  const whole = entries.map((entry, n): Entry => ({ seq: n + 1, author: null, kind: 'text', body: '', at: (n + 1) * MINUTE, ...entry }))
  return { ...unknown(id), timeline: apply(startAt(0), whole), marks: new Map(marks.map(([party, seq]) => [party, [{ seq, at: null }]])) }
}

const inquiry: Inquiry = {
  id: 3, consultation: 5, number: 'ZX', stream: 30, asked_by: '', from: { key: 'labour', name: '' }, to: { key: 'tax', name: '' }, question: '', asked_at: '',
  answered_at: null, answered_by: null, last: '',
}
const sources = (facts: Partial<Sources>): Sources => ({
  me: ME, citizen: CITIZEN, talk: undefined, notes: undefined, inquiries: [], letters: [], held: false, ...facts,
})
const bubbles = (from: Sources) => linesOf(from).filter((line) => line.type === 'bubble')

describe('the officer\'s view of a talk', () => {
  it('has the citizen on one side and everybody who answers on the other', () => {
    const talk = stream(1, [{ author: CITIZEN }, { author: COLLEAGUE }, { author: ME }])
    expect(bubbles(sources({ talk })).map((line) => line.own)).toEqual([false, true, true])
  })

  it('calls read what the citizen has read, whoever else looked in', () => {
    const talk = stream(1, [{ author: CITIZEN }, { author: ME }, { author: ME }], [[CITIZEN, 2], [COLLEAGUE, 3]])
    expect(bubbles(sources({ talk })).map((line) => line.state)).toEqual(['stored', 'read', 'stored'])
  })

  it('puts notes and inquiries where they were written', () => {
    const talk = stream(1, [{ author: CITIZEN, at: MINUTE }, { author: ME, at: 3 * MINUTE }])
    const notes = stream(2, [{ author: ME, at: 2 * MINUTE, body: '备注' }])
    const asked = stream(30, [{ author: ME, at: 2.5 * MINUTE }, { author: OTHER, at: 4 * MINUTE, body: '可以' }])
    const lines = linesOf(sources({ talk, notes, inquiries: [{ inquiry, stream: asked }] }))
    expect(lines.map((line) => line.type)).toEqual(['time', 'bubble', 'note', 'inquiry', 'bubble', 'inquiry'])
    expect(newestReply(lines)?.body).toBe('可以')
  })

  it('names a speaker again after something stood between', () => {
    const talk = stream(1, [{ author: CITIZEN, at: 10_000 }, { author: CITIZEN, at: 30_000 }])
    const notes = stream(2, [{ author: ME, at: 20_000 }])
    expect(bubbles(sources({ talk })).map((line) => line.headed)).toEqual([true, false])
    expect(bubbles(sources({ talk, notes })).map((line) => line.headed)).toEqual([true, true])
  })

  it('shows a running hold as a card and one that is over as a line', () => {
    const talk = stream(1, [{ author: CITIZEN }, { author: ME, kind: 'hold', data: {} }])
    expect(linesOf(sources({ talk, held: true })).at(-1)?.type).toBe('hold')
    const over = stream(1, [{ author: CITIZEN }, { author: ME, kind: 'hold', data: {} }, { author: ME }])
    expect(linesOf(sources({ talk: over })).map((line) => line.type)).toEqual(['time', 'bubble', 'line', 'bubble'])
  })

  it('keeps a note in its place while it is on its way, and shows it once', () => {
    const letter = { key: 'k', owner: ME, stream: 2, desk: null, body: '备注', at: 5 * MINUTE, progress: 'sending', refusal: null } as const
    const empty = stream(2, [])
    expect(linesOf(sources({ notes: empty, letters: [letter] }))).toMatchObject([{ type: 'note', state: 'sending', key: 'nk' }])
    const arrived = stream(2, [{ author: ME, key: 'k', body: '备注' }])
    expect(linesOf(sources({ notes: arrived, letters: [letter] }))).toMatchObject([{ type: 'note', state: 'stored', key: 'nk' }])
  })
})
