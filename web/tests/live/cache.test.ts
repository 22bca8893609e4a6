import { describe, expect, it } from 'vitest'
import { apply, startAt } from '@/live/apply'
import { StoredLetters } from '@/live/browser'
import { Cache, type Drawer, type Kept } from '@/live/cache'
import { newKey } from '@/live/key'
import { known } from '@/live/streams'
import { text } from './surroundings'

class MemoryDrawer implements Drawer {
  readonly kept = new Map<string, unknown>()
  all<T>(owner: number): Promise<T[]> {
    const mine = [...this.kept].filter(([name]) => name.startsWith(`${owner}/`))
    return Promise.resolve(mine.map(([, value]) => structuredClone(value) as T))
  }
  put(owner: number, id: number, value: unknown): Promise<void> {
    this.kept.set(`${owner}/${id}`, structuredClone(value))
    return Promise.resolve()
  }
  remove(owner: number, id: number): Promise<void> {
    this.kept.delete(`${owner}/${id}`)
    return Promise.resolve()
  }
  empty(): Promise<void> {
    this.kept.clear()
    return Promise.resolve()
  }
}

function stream(id: number, entries = 1) {
  const state = known({ id, kind: 'consultation', open: true, last_seq: entries, last_read: 0, may_write: true })
  const all = Array.from({ length: entries }, (_, n) => text(n + 1, 1, `第 ${n + 1} 句`))
  return { ...state, timeline: apply(startAt(0), all) }
}

describe('conversations kept on the device', () => {
  it('are the fifty touched last', async () => {
    const cache = new Cache<string>(new MemoryDrawer(), 7)
    for (let n = 1; n <= 53; n++) await cache.keep(stream(n), `${n}`, n)
    const kept = await cache.load()
    expect(kept).toHaveLength(50)
    expect(kept.map((one: Kept<string>) => one.stream.id)).not.toContain(3)
    expect(kept[0]!.stream.id).toBe(53)
  })

  it('continue from where they end', async () => {
    const cache = new Cache<null>(new MemoryDrawer(), 7)
    await cache.keep(stream(1, 150), null, 1)
    const { timeline } = (await cache.load())[0]!.stream
    expect(timeline.entries).toHaveLength(100)
    expect(timeline).toMatchObject({ to: 150, older: true })
  })

  it('are not shown to another account', async () => {
    const drawer = new MemoryDrawer()
    await new Cache<null>(drawer, 7).keep(stream(1), null, 1)
    expect(await new Cache<null>(drawer, 8).load()).toEqual([])
  })
})

describe('unsent letters on the device', () => {
  const letter = { key: 'k1', owner: 7, stream: 3, desk: null, body: '您好', at: 1, progress: 'waiting', refusal: null } as const

  it('are there after a reload, and gone when sent', () => {
    new StoredLetters(localStorage).put(letter)
    expect(new StoredLetters(localStorage).all()).toEqual([letter])
    new StoredLetters(localStorage).remove('k1')
    expect(new StoredLetters(localStorage).all()).toEqual([])
  })

  it('live as long as the page where the browser refuses storage', () => {
    const letters = new StoredLetters(null)
    letters.put(letter)
    expect(letters.all()).toEqual([letter])
  })
})

describe('a key', () => {
  it('is another one each time, and grows with time', () => {
    const keys = [1_795_400_000_000, 1_795_400_000_001, 1_999_400_000_000].map((now) => newKey(() => now))
    expect(keys).toEqual([...keys].sort())
    expect(new Set(Array.from({ length: 200 }, () => newKey(() => 1_795_400_000_000))).size).toBe(200)
    for (const key of keys) expect(key).toMatch(/^[0-9a-z]{23}$/)
  })
})
