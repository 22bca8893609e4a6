import { describe, expect, it, vi } from 'vitest'
import { Socket } from '@/live/socket'
import { HandClock, Line } from './surroundings'

function setUp(chance = () => 0.5) {
  const [clock, line] = [new HandClock(), new Line()]
  const events = { opened: vi.fn(), heard: vi.fn(), changed: vi.fn(), refused: vi.fn() }
  const socket = new Socket(line.open, clock, chance, events)
  socket.start()
  return { clock, line, socket, events }
}

const pauseOf = (socket: Socket, clock: HandClock) => (socket.retryAt ?? 0) - clock.now()

describe('a socket', () => {
  it('tries again after pauses that grow to thirty seconds and never fall below one', () => {
    for (const chance of [() => 0, () => 0.999]) {
      const { clock, line, socket } = setUp(chance)
      const pauses: number[] = []
      for (let n = 0; n < 8; n++) {
        line.drop()
        pauses.push(pauseOf(socket, clock))
        clock.pass(pauses.at(-1)!)
      }
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1000)
      expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000)
      expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
      expect(line.attempts).toBe(9)
    }
  })

  it('tries at once when told to', () => {
    const { line, socket } = setUp()
    line.drop()
    expect(socket.link).toBe('pausing')
    socket.retryNow()
    expect(line.attempts).toBe(2)
    expect(socket.link).toBe('connecting')
  })

  it('starts with short pauses again once it was let in', () => {
    const { clock, line, socket } = setUp()
    for (let n = 0; n < 5; n++) {
      line.drop()
      clock.pass(pauseOf(socket, clock))
    }
    line.connect()
    socket.settled()
    line.drop()
    expect(pauseOf(socket, clock)).toBeLessThanOrEqual(2000)
  })

  it('pings a silent line and replaces it when there is no answer within a minute', () => {
    const { clock, line, socket } = setUp()
    line.connect()
    clock.pass(20_000)
    expect(line.all('ping')).toHaveLength(1)
    clock.pass(40_000)
    expect(line.attempts).toBeGreaterThan(1)
    expect(socket.link).not.toBe('open')
  })

  it('leaves a line alone that answers', () => {
    const { clock, line, socket } = setUp()
    line.connect()
    for (let n = 0; n < 10; n++) {
      clock.pass(20_000)
      line.say({ t: 'pong', now: clock.now() })
    }
    expect(socket.link).toBe('open')
    expect(line.attempts).toBe(1)
  })

  it('does not come back when the session has ended', () => {
    const { clock, line, socket, events } = setUp()
    line.connect()
    line.drop(4401)
    clock.pass(120_000)
    expect(line.attempts).toBe(1)
    expect(socket.link).toBe('off')
    expect(events.refused).toHaveBeenCalledWith(4401)
  })

  it('gives a line up at once when the system has no network', () => {
    const { line, socket } = setUp()
    line.connect()
    socket.cut()
    expect(socket.link).toBe('pausing')
  })

  it('hears nothing from a line it has given up', () => {
    const { line, socket, events } = setUp()
    line.connect()
    socket.stop()
    line.raw('{"t":"caught_up"}')
    expect(events.heard).not.toHaveBeenCalled()
  })
})
