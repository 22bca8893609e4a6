import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ClientFrame, ServerFrame } from '@/live/frames'
import { Live } from '@/live/session'
import { HandClock, Line, Shelf } from './surroundings'

/** Samples written by the service itself: one of every frame. */
function samples<Frame>(name: string): Frame[] {
  return JSON.parse(readFileSync(`../contract/samples/${name}.json`, 'utf8')) as Frame[]
}

const server = samples<ServerFrame>('from_server')
const client = samples<ClientFrame>('from_client')
const entry = server.find((frame) => frame.t === 'entry')!
const joined = server.find((frame) => frame.t === 'joined')!
const welcome = server.find((frame) => frame.t === 'welcome')!

function connected() {
  const [clock, line] = [new HandClock(), new Line()]
  const live = new Live({
    open: line.open,
    clock,
    chance: () => 0.5,
    shelf: new Shelf(),
    ask: () => Promise.resolve(0),
    judge: () => null,
    preload: () => true,
    topics: ['duty'],
  })
  live.start(welcome.user)
  line.connect()
  return { live, line, clock }
}

describe('frames of the service', () => {
  it('are understood, each and all of them, in any order', () => {
    for (const frames of [server, [...server].reverse()]) {
      const { line } = connected()
      expect(() => line.say(...frames)).not.toThrow()
    }
  })

  it('lead to a talk that shows its entries', () => {
    const { live, line } = connected()
    line.say({ ...welcome, streams: [{ ...joined.stream, last_seq: 0 }] }, { t: 'caught_up' }, { ...entry, seq: 1 })
    const state = live.streams.get(entry.stream)!
    expect(state.kind).toBe('consultation')
    expect(state.timeline.entries.map((one) => one.body)).toEqual([entry.body])
  })
})

describe('frames of this client', () => {
  it('have no field that the service does not know', () => {
    const { live, line } = connected()
    line.say({ ...welcome, streams: [{ ...joined.stream, last_seq: 3 }] }, { t: 'caught_up' })
    live.send(joined.stream.id, 'k1', '您好')
    live.seen(joined.stream.id, 2)
    live.keystroke(joined.stream.id)
    live.follow(77)
    live.unfollow(77)
    expect(new Set(line.sent.map((frame) => frame.t)).size).toBeGreaterThanOrEqual(6)
    const known = new Map(client.map((frame) => [frame.t, new Set(Object.keys(frame))]))
    const optional: Partial<Record<ClientFrame['t'], string[]>> = { fetch: ['after', 'before', 'limit'] }
    for (const frame of line.sent) {
      const strange = Object.keys(frame).filter((key) => !known.get(frame.t)?.has(key) && !optional[frame.t]?.includes(key))
      expect([frame.t, strange]).toEqual([frame.t, []])
    }
  })
})
