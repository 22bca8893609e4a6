import { describe, expect, it } from 'vitest'
import { Live, type Change } from '@/live/session'
import { startAt } from '@/live/apply'
import { known, readBy, withEntries } from '@/live/streams'
import { HandClock, Line, Shelf, text } from './surroundings'
import type { StreamInfo } from '@/live/frames'

const ME = 7
const OFFICER = 31
const STREAM = 12
const LIMITS = { body: 2000, frame: 65536, per_second: 20, burst: 60 }

function setUp(shelf = new Shelf()) {
  const [clock, line] = [new HandClock(), new Line()]
  const changes: Change[] = []
  const live = new Live({
    open: line.open,
    clock,
    chance: () => 0.5,
    shelf,
    ask: () => Promise.resolve(STREAM),
    judge: () => null,
    preload: (stream) => stream.kind === 'consultation',
    topics: ['duty'],
  })
  live.on((change) => changes.push(change))
  live.start(ME)
  return { clock, line, live, changes, shelf }
}

const info = (last_seq: number, last_read = 0): StreamInfo => ({
  id: STREAM,
  kind: 'consultation',
  open: true,
  last_seq,
  last_read,
  may_write: true,
})

function welcome(line: Line, clock: HandClock, ...streams: StreamInfo[]): void {
  line.connect()
  welcomed(line, clock, ...streams)
}

function welcomed(line: Line, clock: HandClock, ...streams: StreamInfo[]): void {
  line.say(
    { t: 'welcome', user: ME, now: clock.now(), session: 's', limits: LIMITS, streams },
    { t: 'caught_up' },
  )
}

const words = (live: Live) => live.streams.get(STREAM)!.timeline.entries.map((entry) => entry.body)

describe('a session', () => {
  it('reads the newest page of an open talk without being asked', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(2))
    expect(line.all('fetch')).toMatchObject([{ stream: STREAM }])
    line.say({ t: 'entries', stream: STREAM, items: [text(1, ME, '您好'), text(2, OFFICER, '请说')], more: false })
    expect(words(live)).toEqual(['您好', '请说'])
  })

  it('comes back with the numbers it has and takes exactly the gap', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(0))
    line.say({ t: 'entry', ...text(1, OFFICER, '一') })
    line.drop(1012)
    clock.pass(30_000)
    line.forget()
    line.connect()
    expect(line.all('hello')[0]).toMatchObject({ cursors: { [STREAM]: 1 }, topics: ['duty'] })
    line.say(
      { t: 'welcome', user: ME, now: clock.now(), session: 's', limits: LIMITS, streams: [info(3)] },
      { t: 'entries', stream: STREAM, items: [text(2, OFFICER, '二'), text(3, OFFICER, '三')], more: false },
      { t: 'caught_up' },
    )
    expect(words(live)).toEqual(['一', '二', '三'])
  })

  it('continues what the device kept, also when it is found only after hello was said', () => {
    const { line, clock, live } = setUp()
    const before = known(info(1))
    line.connect()
    live.restore([withEntries({ ...before, timeline: startAt(0) }, [text(1, OFFICER, '一')])])
    welcomed(line, clock, info(2))
    expect(line.all('fetch')).toMatchObject([{ stream: STREAM, after: 1 }])
    line.say({ t: 'entries', stream: STREAM, items: [text(2, OFFICER, '二')], more: false })
    expect(words(live)).toEqual(['一', '二'])
  })

  it('asks for nothing twice when what the device kept was told in hello', () => {
    const { line, clock, live } = setUp()
    live.restore([withEntries({ ...known(info(1)), timeline: startAt(0) }, [text(1, OFFICER, '一')])])
    welcome(line, clock, info(1))
    expect(line.all('hello')).toMatchObject([{ cursors: { [STREAM]: 1 } }])
    expect(line.all('fetch')).toEqual([])
  })

  it('fetches what a lost frame left out, once, and shows it in order', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(0))
    line.say({ t: 'entry', ...text(2, OFFICER, '二') }, { t: 'entry', ...text(3, OFFICER, '三') })
    expect(line.all('fetch')).toMatchObject([{ stream: STREAM, after: 0 }])
    expect(words(live)).toEqual([])
    line.say({ t: 'entries', stream: STREAM, items: [text(1, OFFICER, '一'), text(2, OFFICER, '二')], more: false })
    expect(words(live)).toEqual(['一', '二', '三'])
  })

  it('goes on fetching while there is more of the gap', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(0))
    line.say({ t: 'entries', stream: STREAM, items: [text(1, OFFICER, '一')], more: true })
    expect(line.all('fetch').at(-1)).toMatchObject({ after: 1 })
    line.say({ t: 'entries', stream: STREAM, items: [text(2, OFFICER, '二')], more: false })
    expect(words(live)).toEqual(['一', '二'])
  })

  it('asks for one older page at a time', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(3))
    line.say({ t: 'entries', stream: STREAM, items: [text(3, OFFICER, '三')], more: true })
    line.forget()
    live.older(STREAM)
    live.older(STREAM)
    expect(line.all('fetch')).toMatchObject([{ before: 3 }])
    line.say({ t: 'entry', ...text(4, OFFICER, '四') })
    line.say({ t: 'entries', stream: STREAM, items: [text(1, ME, '一'), text(2, ME, '二')], more: false })
    expect(words(live)).toEqual(['一', '二', '三', '四'])
  })

  it('sends what was written without a line and says how much went out', () => {
    const { line, clock, live, changes } = setUp()
    welcome(line, clock, info(0))
    line.drop()
    live.send(STREAM, 'k1', '还在吗')
    live.send(STREAM, 'k2', '我等着')
    clock.pass(30_000)
    welcome(line, clock, info(0))
    expect(line.all('send').map((frame) => frame.key)).toEqual(['k1', 'k2'])
    line.say({ t: 'ack', key: 'k1', stream: STREAM, seq: 1, at: 0 }, { t: 'ack', key: 'k2', stream: STREAM, seq: 2, at: 0 })
    expect(changes.filter((change) => change.what === 'recovered').at(-1)).toEqual({ what: 'recovered', sent: 2 })
    expect(live.outbox.letters).toEqual([])
  })

  it('takes its own entry coming round for an acknowledgement', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(0))
    live.send(STREAM, 'k1', '您好')
    line.say({ t: 'entry', ...text(1, ME, '您好', 'k1') })
    expect(live.outbox.letters).toEqual([])
    expect(words(live)).toEqual(['您好'])
  })

  it('shows its own words under the number of the acknowledgement, and closes the gap before them', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(0))
    live.send(STREAM, 'k1', '您好')
    line.say({ t: 'ack', key: 'k1', stream: STREAM, seq: 1, at: 5 })
    expect(live.streams.get(STREAM)!.timeline.entries).toMatchObject([{ seq: 1, author: ME, body: '您好', key: 'k1', at: 5 }])
    live.send(STREAM, 'k2', '还有')
    line.say({ t: 'ack', key: 'k2', stream: STREAM, seq: 3, at: 9 })
    expect(words(live)).toEqual(['您好'])
    expect(line.all('fetch')).toMatchObject([{ after: 1 }])
    line.say({ t: 'entries', stream: STREAM, items: [text(2, OFFICER, '请说')], more: false })
    expect(words(live)).toEqual(['您好', '请说', '还有'])
  })

  it('opens a talk by its first words and lets its stream confirm them', async () => {
    const { line, clock, live, changes } = setUp()
    welcome(line, clock)
    live.askDesk('labour', 'k1', '您好')
    await new Promise((resolve) => setTimeout(resolve))
    expect(changes).toContainEqual({ what: 'asked', stream: STREAM })
    expect(line.all('send')).toMatchObject([{ stream: STREAM, key: 'k1', body: '您好' }])
    line.say({ t: 'ack', key: 'k1', stream: STREAM, seq: 2, at: 0 })
    expect(live.outbox.letters).toEqual([])
  })

  it('tells a read mark once it can, and never moves one back', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(5))
    live.seen(STREAM, 4)
    live.seen(STREAM, 3)
    expect(line.all('seen')).toMatchObject([{ seq: 4 }])
    line.drop()
    live.seen(STREAM, 5)
    clock.pass(30_000)
    line.forget()
    welcome(line, clock, info(5, 4))
    expect(line.all('seen')).toMatchObject([{ seq: 5 }])
    expect(live.streams.get(STREAM)!.lastRead).toBe(5)
  })

  it('follows the read marks of others, and of the own other device', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(5))
    line.say({ t: 'seen', stream: STREAM, party: OFFICER, seq: 4 }, { t: 'seen', stream: STREAM, party: OFFICER, seq: 2 })
    line.say({ t: 'seen', stream: STREAM, party: ME, seq: 5 })
    const state = live.streams.get(STREAM)!
    expect(state.marks.get(OFFICER)).toEqual([{ seq: 4, at: clock.now() }])
    expect(readBy(state, ME, 4)).toEqual({ at: clock.now() })
    expect(readBy(state, ME, 5)).toBeNull()
    expect(state.lastRead).toBe(5)
  })

  it('believes in typing for five seconds, or until the words come', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(0))
    line.say({ t: 'typing', stream: STREAM, user: OFFICER })
    expect(live.typing.users(STREAM)).toEqual([OFFICER])
    clock.pass(5000)
    expect(live.typing.users(STREAM)).toEqual([])
    line.say({ t: 'typing', stream: STREAM, user: OFFICER }, { t: 'entry', ...text(1, OFFICER, '好') })
    expect(live.typing.users(STREAM)).toEqual([])
  })

  it('tells of its own typing at most every three seconds', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(0))
    for (let n = 0; n < 10; n++) {
      live.keystroke(STREAM)
      clock.pass(400)
    }
    expect(line.all('typing')).toHaveLength(2)
  })

  it('starts a stream over when its number is too old to be continued', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(0))
    line.say({ t: 'entry', ...text(1, OFFICER, '一') })
    line.forget()
    line.say({ t: 'err', code: 'old_cursor', text: '', stream: STREAM })
    expect(line.all('fetch')).toMatchObject([{ stream: STREAM }])
    line.say({ t: 'entries', stream: STREAM, items: [text(80, OFFICER, '八十')], more: true })
    expect(words(live)).toEqual(['八十'])
  })

  it('survives frames it does not know and text that is no frame', () => {
    const { line, clock, live } = setUp()
    welcome(line, clock, info(0))
    line.raw('{"t":"something_new","data":1}')
    line.raw('not json')
    line.say({ t: 'entry', ...text(1, OFFICER, '一') })
    expect(words(live)).toEqual(['一'])
  })

  it('keeps unsent words when the session ends, and drops them when the person signs out', () => {
    const { line, clock, live, changes, shelf } = setUp()
    welcome(line, clock, info(0))
    live.send(STREAM, 'k1', '您好')
    line.say({ t: 'bye', code: 4401, text: '请重新登录。' })
    expect(changes).toContainEqual({ what: 'ended', text: '请重新登录。' })
    expect(shelf.all()).toHaveLength(1)
    live.stop({ forget: true })
    expect(shelf.all()).toEqual([])
  })

  it('holds rows got over HTTP at their number and hears only what follows', () => {
    const { line, clock, live, changes } = setUp()
    welcome(line, clock, { ...info(40), kind: 'desk' })
    live.haveUpTo(STREAM, 40)
    line.say({ t: 'entry', ...text(41, OFFICER, '行') })
    expect(changes.filter((change) => change.what === 'entries')).toMatchObject([{ stream: STREAM, entries: [{ seq: 41 }] }])
    expect(line.all('fetch')).toEqual([])
  })
})
