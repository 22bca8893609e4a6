import { expect, it } from 'vitest'
import type { DeskRow, StaffTalk } from '@/api/desk'
import { apply, startAt } from '@/live/apply'
import type { Entry } from '@/live/frames'
import { unknown } from '@/live/streams'
import { standingOf, type Standing } from './mine'
import { promptOf } from './prompts'

const MINUTE = 60_000
const NOW = Date.parse('2026-11-24T10:30:00+08:00')
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * MINUTE).toISOString()
const held = (since: number, promised: number) => ({ state: 'held', hold: { reason: '', asking: null, started_at: at(since), promised_at: at(promised) } }) as StaffTalk
const ours = (minutesAgo: number): Standing => ({ words: '', ours: true, unread: 0, owedSince: null, lastAt: NOW - minutesAgo * MINUTE })

it.each([
  ['a fresh hold', held(2, -3), null], ['a hold of five minutes', held(6, -4), { kind: 'progress', minutes: 6 }], ['a promise that has passed', held(4, 1), { kind: 'late', minutes: 4 }],
] as const)('asks for word of %s', (_, talk, prompt) => {
  expect(promptOf(talk, ours(2), NOW)).toEqual(prompt)
})

it('asks after a citizen who has been silent for ten minutes, and only when it is his turn', () => {
  const serving = { state: 'serving', hold: null } as StaffTalk
  expect(promptOf(serving, ours(9), NOW)).toBeNull()
  expect(promptOf(serving, ours(11), NOW)).toEqual({ kind: 'silent', minutes: 11 })
  expect(promptOf(serving, { ...ours(11), ours: false, owedSince: NOW - 11 * MINUTE }, NOW)).toBeNull()
})

const row = { id: 1, citizen: { id: 5 }, question: '问题', asked_at: at(20), last: null, last_citizen_at: null, last_officer_at: null, unread: 0 } as unknown as DeskRow
const said = (...authors: number[]) => ({
  ...unknown(1),
  timeline: apply(startAt(0), authors.map((author, n): Entry => ({ seq: n + 1, author, kind: 'text', body: `${n + 1}`, at: NOW + n * MINUTE }))),
})

it('waits since the first words after our last ones', () => {
  expect(standingOf(row, said(5, 7, 5, 5))).toEqual({ words: '4', ours: false, unread: 3, owedSince: NOW + 2 * MINUTE, lastAt: NOW + 3 * MINUTE })
})

it('says the corrected words', () => {
  const talk = said(5, 7)
  const correction: Entry = { seq: 3, author: 7, kind: 'correct', body: '新', at: NOW, data: { seq: 2, body: '新' } }
  expect(standingOf(row, { ...talk, timeline: apply(talk.timeline, [correction]) }).words).toBe('新')
})

it('owes nothing after an answer', () => {
  expect(standingOf(row, said(5, 7))).toMatchObject({ ours: true, owedSince: null })
})

it('goes by the desk\'s line until the talk is here', () => {
  expect(standingOf({ ...row, unread: 2, last_citizen_at: NOW } as DeskRow, undefined)).toMatchObject({ words: '问题', unread: 2, owedSince: NOW })
})
