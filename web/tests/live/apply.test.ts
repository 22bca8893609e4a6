import { describe, expect, it } from 'vitest'
import { apply, missing, newest, prepend, startAt, UNREAD, type Timeline } from '@/live/apply'
import type { Entry } from '@/live/frames'
import { text } from './surroundings'

const talk = (count: number): Entry[] => Array.from({ length: count }, (_, n) => text(n + 1, 1 + (n % 2), `第 ${n + 1} 句`))
const seqs = (timeline: Timeline) => timeline.entries.map((entry) => entry.seq)

describe('a timeline', () => {
  it('is the same in whatever order and however often its entries come', () => {
    const entries = talk(6)
    const inOrder = apply(startAt(0), entries)
    for (const order of [[5, 4, 3, 2, 1, 0], [2, 0, 1, 5, 3, 4], [0, 0, 1, 3, 1, 2, 5, 4, 5]]) {
      const oneByOne = order.reduce((state, n) => apply(state, [entries[n]!]), startAt(0))
      expect(oneByOne).toEqual(inOrder)
    }
  })

  it('shows nothing behind a gap, and names the gap', () => {
    const state = apply(apply(startAt(0), talk(2)), [text(4, 1, '第四句')])
    expect(seqs(state)).toEqual([1, 2])
    expect(missing(state)).toBe(2)
  })

  it('goes on over a gap as soon as it is filled', () => {
    const late = apply(apply(startAt(0), talk(2)), [text(5, 1, '五'), text(4, 1, '四')])
    const whole = apply(late, [text(3, 1, '三')])
    expect(seqs(whole)).toEqual([1, 2, 3, 4, 5])
    expect(missing(whole)).toBeNull()
  })

  it('begins with the newest page and puts what came meanwhile behind it', () => {
    const meanwhile = apply(UNREAD, [text(9, 1, '九')])
    const read = prepend(meanwhile, [text(7, 1, '七'), text(8, 2, '八')], true)
    expect(seqs(read)).toEqual([7, 8, 9])
    expect(read.older).toBe(true)
  })

  it('gets older pages in front, without repeating what is there', () => {
    const read = prepend(UNREAD, talk(8).slice(4), true)
    const more = prepend(read, talk(6), false)
    expect(seqs(more)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(more.older).toBe(false)
  })

  it('is empty and whole when the newest page is empty', () => {
    const read = prepend(UNREAD, [], false)
    expect(read).toMatchObject({ to: 0, older: false, entries: [] })
    expect(seqs(apply(read, talk(1)))).toEqual([1])
  })

  it('takes the words of a recalled entry away, whichever of the two it read first', () => {
    const recall: Entry = { seq: 3, author: 1, kind: 'recall', body: '', data: { seq: 1 }, at: 0 }
    const forwards = apply(startAt(0), [...talk(2), recall])
    expect(forwards.entries[0]).toMatchObject({ body: '', withdrawn: true })
    const backwards = prepend(prepend(UNREAD, [recall], true), talk(2), false)
    expect(backwards.entries[0]).toMatchObject({ body: '', withdrawn: true })
  })

  it('keeps its newest entries for the device, and knows there were others', () => {
    const kept = newest(apply(startAt(0), talk(6)), 2)
    expect(seqs(kept)).toEqual([5, 6])
    expect(kept).toMatchObject({ to: 6, older: true })
  })
})
