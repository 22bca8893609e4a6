import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Talk } from '@/api/consult'
import type { DeskRow, DeskSnapshot } from '@/api/desk'
import { apply as applyToDesk, declaredBy, fromSnapshot, lists, type Desks } from '@/features/desk/apply'
import { standingOf } from '@/features/desk/mine'
import { apply, prepend, UNREAD } from '@/live/apply'
import type { Entry, Heard } from '@/live/frames'
import { known, withEntries, withOwnRead, type StreamState } from '@/live/streams'
import { advance, newer, wantsSnapshot } from '@/live/talk'

/** Everything that may happen at a desk, recorded by the service's own tests: before + frames = after, here too. */
interface Seen {
  desk: DeskSnapshot | null
  talks: Talk[]
}
interface History {
  frames: Heard<'entry'>[]
  /** Only those for whom something changed. */
  clients: Record<string, Seen>
  timelines: Record<string, Entry[]>
}
type Beginning = Omit<History, 'frames'> & { people: Record<string, number> }

const file = JSON.parse(readFileSync('../contract/samples/histories.json', 'utf8')) as Record<string, History>
const { before, ...histories } = file as unknown as { before: Beginning } & Record<string, History>
const happenings = Object.entries(histories)
const officers = Object.keys(before.people).filter((name) => before.clients[name]!.desk)

const seenAfter = (history: History, name: string) => history.clients[name] ?? before.clients[name]!
const talkBefore = (name: string, id: number) => before.clients[name]!.talks.find((talk) => talk.id === id)
const framesOf = (history: History, stream: number) => history.frames.filter((frame) => frame.stream === stream)

/** Moments are written with one offset by the service and with another by the client. */
function sameMoments(value: unknown): unknown {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return Date.parse(value)
  if (Array.isArray(value)) return value.map(sameMoments)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, sameMoments(one)]))
}

describe('the desk', () => {
  for (const [happened, history] of happenings) {
    it.each(officers)(`after “${happened}” is what the entries made of it: %s`, (name) => {
      const me = before.people[name]!
      const after = seenAfter(history, name).desk!
      const state = history.frames.reduce((sum, frame) => applyToDesk(sum, frame.stream, frame), fromSnapshot(before.clients[name]!.desk!))
      expect(shown(state, me)).toEqual(shown(fromSnapshot(after), me))
      expect(declaredBy(state, me)).toBe(after.me.declared)
      expect(mine(state, me, history)).toEqual(mine(fromSnapshot(after), me, history))
    })
  }
})

/** The lists; of one's own conversations without the words, which their own streams tell. */
function shown(state: Desks, me: number) {
  const { mine, ...rest } = lists(state, me)
  return { ...rest, mine: mine.map((row) => ({ ...row, last: null, last_citizen_at: null, last_officer_at: null, unread: 0 })) }
}

/** What each line of one's own conversations says once its stream is read. */
function mine(state: Desks, me: number, history: History) {
  return lists(state, me).mine.map((row) => [row.id, standingOf(row, streamOf(row, me, history))])
}

function streamOf(row: DeskRow, me: number, history: History): StreamState {
  const entries = Object.keys(before.timelines).flatMap((name) => timelineAfter(history, name)).filter((entry) => entry.stream === row.stream)
  const read = Object.values(history.clients).flatMap((seen) => seen.talks).find((talk) => talk.id === row.id)?.marks[me] ?? 0
  const info = { id: row.stream, kind: 'consultation', open: true, last_seq: 0, last_read: 0, may_write: true }
  return withOwnRead(withEntries(known(info), entries), read)
}

type Timed = Entry & { stream: number }
const timelineAfter = (history: History, name: string) => (history.timelines[name] ?? before.timelines[name]!) as Timed[]

describe('a timeline', () => {
  for (const [happened, history] of happenings) {
    it.each(Object.keys(before.timelines))(`after “${happened}” is what the entries made of it: %s`, (name) => {
      const page = before.timelines[name] as Timed[]
      const news = framesOf(history, page[0]!.stream)
      const replayed = apply(prepend(UNREAD, page, false), news)
      expect(bare(replayed.entries)).toEqual(bare(timelineAfter(history, name)))
    })

    it.each(Object.keys(before.timelines))(`of “${happened}” is the same in whatever order its entries come: %s`, (name) => {
      const page = before.timelines[name] as Timed[]
      const news = framesOf(history, page[0]!.stream)
      const backwards = [...news].reverse().reduce((sum, one) => apply(sum, [one]), prepend(UNREAD, page, false))
      expect(bare(backwards.entries)).toEqual(bare(timelineAfter(history, name)))
    })
  }
})

/** What is shown of an entry: HTTP writes out what the socket leaves away, and a word taken back has nothing left. */
function bare(entries: readonly Entry[]) {
  return entries.map(({ seq, author, kind, body, at, data, withdrawn }) =>
    withdrawn ? { seq, author, kind, at, withdrawn } : { seq, author, kind, at, body, data: data ?? null, withdrawn: false },
  )
}

/** What an entry alone does not tell whole: marks and places come by frames of their own, the rest by the next snapshot. */
const TOLD_OTHERWISE = ['last_read', 'marks', 'place', 'eta_minutes', 'previous_count', 'may_rate', 'people', 'officer', 'desk', 'citizen', 'destination']

describe('a talk', () => {
  for (const [happened, history] of happenings) {
    it.each(Object.keys(before.people))(`after “${happened}” is what the entries made of it: %s`, (name) => {
      for (const after of seenAfter(history, name).talks) {
        const began = talkBefore(name, after.id)
        if (!began) continue // it came to this desk just now
        const news = framesOf(history, after.stream)
        const replayed = news.reduce(advance, began)
        expect(withoutTheRest(replayed)).toEqual(withoutTheRest(after))
        expect(who(replayed)).toEqual(who(after))
        if (news.some(wantsSnapshot)) expect(newer(replayed, after)).toEqual(after)
      }
    })
  }
})

const who = (talk: Talk) => [talk.desk.key, talk.officer?.id, talk.destination?.name]

function withoutTheRest(talk: Talk) {
  return sameMoments(Object.fromEntries(Object.entries(talk).filter(([key]) => !TOLD_OTHERWISE.includes(key))))
}
