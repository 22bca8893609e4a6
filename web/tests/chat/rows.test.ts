import { describe, expect, it } from 'vitest'
import type { Entry } from '@/live/frames'
import type { Letter } from '@/live/outbox'
import { apply, startAt } from '@/live/apply'
import { known, withMark, type StreamState } from '@/live/streams'
import { mayRecall, rowsOf, type BubbleRow, type Row } from '@/features/chat/rows'

const ME = 7
const OFFICER = 31
const START = Date.UTC(2026, 10, 24, 2, 0)
const MINUTE = 60_000

function entry(seq: number, kind: string, author: number | null, minute: number, rest: Partial<Entry> = {}): Entry {
  return { seq, kind, author, body: rest.body ?? `第 ${seq} 句`, at: START + minute * MINUTE, ...rest }
}

function stream(...entries: Entry[]): StreamState {
  const state = known({ id: 12, kind: 'consultation', open: true, last_seq: entries.length, last_read: 0, may_write: true })
  return { ...state, timeline: apply(startAt(0), entries) }
}

function letter(body: string, progress: Letter['progress'], key = 'k9'): Letter {
  return { key, owner: ME, stream: 12, desk: null, body, at: START + 60 * MINUTE, progress, refusal: null }
}

const shown = (state: StreamState, ...letters: Letter[]): Row[] => rowsOf(ME, state, letters)
const bubbles = (rows: Row[]) => rows.filter((row): row is BubbleRow => row.type === 'bubble')
const kinds = (rows: Row[]) => rows.map((row) => row.type)

describe('the rows of a talk', () => {
  it('begin with the time, and tell it again after five minutes', () => {
    const rows = shown(stream(entry(1, 'text', ME, 0), entry(2, 'text', OFFICER, 4), entry(3, 'text', ME, 10)))
    expect(kinds(rows)).toEqual(['time', 'bubble', 'bubble', 'time', 'bubble'])
  })

  it('name the speaker once in a run of two minutes', () => {
    const rows = shown(stream(entry(1, 'text', OFFICER, 0), entry(2, 'text', OFFICER, 1), entry(3, 'text', OFFICER, 4)))
    expect(bubbles(rows).map((row) => row.headed)).toEqual([true, false, true])
  })

  it('put the status under the last of a run, and under what nobody has read', () => {
    const read = withMark(stream(entry(1, 'text', ME, 0), entry(2, 'text', ME, 1), entry(3, 'text', ME, 1)), OFFICER, 2, START + 2 * MINUTE)
    expect(bubbles(shown(read)).map((row) => [row.state, row.status])).toEqual([['read', false], ['read', false], ['stored', true]])
    const all = withMark(read, OFFICER, 3, START + 9 * MINUTE)
    expect(bubbles(shown(all)).map((row) => [row.status, row.readAt && (row.readAt - START) / MINUTE])).toEqual([[false, 2], [false, 2], [true, 9]])
  })

  it('end with what is still on its way, in place, also when it failed', () => {
    const rows = shown(stream(entry(1, 'text', OFFICER, 0)), letter('一', 'failed', 'k1'), letter('二', 'sending', 'k2'))
    expect(bubbles(rows).map((row) => [row.body, row.state])).toEqual([['第 1 句', 'stored'], ['一', 'failed'], ['二', 'sending']])
  })

  it('keep the place of a message when it turns from a letter into an entry', () => {
    const before = bubbles(shown(stream(), letter('您好', 'sending', 'k1')))
    const after = bubbles(shown(stream(entry(1, 'text', ME, 60, { key: 'k1', body: '您好' })), letter('您好', 'sending', 'k1')))
    expect(after).toHaveLength(1)
    expect(after[0]!.key).toBe(before[0]!.key)
  })

  it('show a correction and keep the original', () => {
    const rows = shown(stream(entry(1, 'text', OFFICER, 0, { body: '旧' }), entry(2, 'correct', OFFICER, 1, { body: '', data: { seq: 1, body: '新' } })))
    expect(bubbles(rows)[0]).toMatchObject({ body: '新', corrected: { original: '旧', at: START + MINUTE } })
  })

  it('say who took a message back, and never what it was', () => {
    const rows = shown(stream(entry(1, 'text', ME, 0), entry(2, 'recall', ME, 1, { body: '', data: { seq: 1 } })))
    expect(rows.filter((row) => row.type === 'recalled')).toMatchObject([{ own: true, seq: 1 }])
    expect(JSON.stringify(rows)).not.toContain('第 1 句')
  })

  it('leave a line of a hold only when it is over', () => {
    const hold = entry(1, 'hold', OFFICER, 0, { data: { reason: '核实' } })
    expect(kinds(shown(stream(hold)))).toEqual([])
    expect(kinds(shown(stream(hold, entry(2, 'text', OFFICER, 1))))).toContain('line')
  })

  it('ignore kinds they do not know', () => {
    expect(shown(stream(entry(1, 'something_new', null, 0)))).toEqual([])
  })
})

describe('taking a message back', () => {
  const own = (seq: number) => bubbles(shown(stream(entry(1, 'asked', ME, 0), entry(2, 'text', ME, 0), entry(3, 'text', ME, 0)))).find((row) => row.seq === seq)!

  it('is possible for two minutes, while nobody has read it', () => {
    expect(mayRecall(own(3), undefined, START + MINUTE)).toBe(true)
    expect(mayRecall(own(3), undefined, START + 3 * MINUTE)).toBe(false)
    expect(mayRecall({ ...own(3), state: 'read' }, undefined, START + MINUTE)).toBe(false)
  })

  it('is not possible for the question itself', () => {
    expect(mayRecall(own(2), undefined, START + MINUTE)).toBe(false)
  })
})
