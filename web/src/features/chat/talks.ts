import { useThrottleFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, watch } from 'vue'
import { consultations, type Talk, type TalkRow } from '@/api/consult'
import { useBadges } from '@/app/badges'
import { drawer, useLive } from '@/app/live'
import { Cache } from '@/live/cache'
import type { Entry } from '@/live/frames'
import { advance, newer, placed, wantsSnapshot } from '@/live/talk'
import { unread } from '@/live/streams'

/** Entries worth a number on the badge. */
const TOLD = new Set(['text', 'assigned', 'hold', 'transferred', 'returned', 'ended'])
const told = (entry: Entry) => TOLD.has(entry.kind)

/** One's own consultations: those going on in full, the others as lines of a list. */
export const useTalks = defineStore('talks', () => {
  const live = useLive()
  const badges = useBadges()
  const talks = shallowReactive(new Map<number, Talk>())
  const rows = shallowReactive(new Map<number, TalkRow>())
  const byStream = new Map<number, number>()
  /** The list was read at least once. */
  const ready = ref(false)
  const failed = ref(false)
  let cache: Cache<Talk> | null = null

  const open = computed(() =>
    [...talks.values()].filter((talk) => talk.state !== 'ended').sort((a, b) => lastAt(b) - lastAt(a)),
  )
  const unreadTotal = computed(() => open.value.reduce((sum, talk) => sum + unreadOf(talk), 0))

  /** The talk going on at a desk, or else the one that ended last there. */
  function atDesk(desk: string): Talk | undefined {
    const there = [...talks.values()].filter((talk) => talk.desk.key === desk)
    return there.find((talk) => talk.state !== 'ended') ?? there.sort(laterFirst)[0]
  }

  function ofStream(stream: number): Talk | undefined {
    return talks.get(byStream.get(stream) ?? -1)
  }

  function unreadOf(talk: Talk): number {
    const state = live.streams.get(talk.stream)
    return state ? unread(state, live.me, told) : 0
  }

  function lastAt(talk: Talk): number {
    return live.streams.get(talk.stream)?.timeline.entries.at(-1)?.at ?? Date.parse(talk.asked_at)
  }

  function put(talk: Talk): Talk {
    const now = newer(talks.get(talk.id), talk)
    talks.set(now.id, now)
    byStream.set(now.stream, now.id)
    keepSoon(now.id)
    return now
  }

  /** An answer of the service, then what its stream has told since. */
  function take(answer: Talk): Talk {
    const entries = live.streams.get(answer.stream)?.timeline.entries ?? []
    live.live.haveMarks(answer.stream, answer.marks)
    return put(entries.reduce(advance, answer))
  }

  async function fetch(id: number): Promise<Talk> {
    const talk = take(await consultations.one(id))
    live.live.want(talk.stream)
    live.live.haveMarks(talk.stream, talk.marks)
    return talk
  }

  /** One's newest consultations; those going on, and the last one of each desk, in full. */
  async function load(): Promise<void> {
    if (live.me === null) return
    try {
      const page = await consultations.mine()
      for (const row of page.items) rows.set(row.id, row)
      const wanted = page.items.filter((row) => row.state !== 'ended' || isRecent(row))
      await Promise.all(wanted.map((row) => fetch(row.id)))
      failed.value = false
    } catch {
      failed.value = true
    } finally {
      ready.value = true
    }
  }

  async function restore(): Promise<void> {
    if (live.me === null) return
    cache = new Cache<Talk>(drawer, live.me)
    const kept = await cache.load()
    live.live.restore(kept.map((one) => one.stream))
    for (const one of kept) if (!talks.has(one.snapshot.id)) put(one.snapshot)
  }

  function entriesCame(stream: number, entries: readonly Entry[]): void {
    const talk = ofStream(stream)
    if (!talk) return entries.forEach(heardOfRating)
    put(entries.reduce(advance, talk))
    if (entries.some(wantsSnapshot)) refetch(talk.id)
  }

  /** Rated on another device: one's own notices tell. */
  function heardOfRating(entry: Entry): void {
    if (entry.kind === 'rated' && talks.has(Number(entry.data?.consultation))) refetch(Number(entry.data?.consultation))
  }

  const refetch = useThrottleFn((id: number) => void fetch(id).catch(() => undefined), 300, true)

  const dirty = new Set<number>()
  const keepAll = useThrottleFn(
    () => {
      for (const id of dirty) {
        const talk = talks.get(id)
        const stream = talk && live.streams.get(talk.stream)
        if (cache && talk && stream && stream.timeline.to !== null) void cache.keep(stream, talk, lastAt(talk))
      }
      dirty.clear()
    },
    2000,
    true,
  )

  function keepSoon(id: number): void {
    dirty.add(id)
    void keepAll()
  }

  live.on((change) => {
    if (change.what === 'entries') entriesCame(change.stream, change.entries)
    else if (change.what === 'hint' && change.stream !== null) hinted(change.stream, change.data)
    else if (change.what === 'streams') lookForNew()
    else if (change.what === 'stream') keepIfKnown(change.stream)
  })
  live.onAsked((talk) => take(talk))

  function hinted(stream: number, data: Record<string, unknown>): void {
    const talk = ofStream(stream)
    if (!talk || data.kind !== 'place') return
    put(placed(talk, Number(data.place), data.eta_minutes === null ? null : Number(data.eta_minutes)))
  }

  function keepIfKnown(stream: number): void {
    const id = byStream.get(stream)
    if (id !== undefined) keepSoon(id)
  }

  /** A talk begun on another device has a stream that is in no list yet. */
  function lookForNew(): void {
    const news = [...live.streams.values()].some(({ id, kind, open }) => open && kind === 'consultation' && !byStream.has(id))
    if (news && ready.value) void reload()
  }

  const reload = useThrottleFn(load, 1000, true)

  watch(
    () => live.me,
    async (me, before) => {
      if (before !== null && before !== undefined && before !== me) clear()
      if (me === null) return
      await restore().catch(() => undefined)
      await load()
    },
    { immediate: true },
  )
  watch(unreadTotal, (count) => badges.set('chat', count), { immediate: true })

  function clear(): void {
    talks.clear()
    rows.clear()
    byStream.clear()
    ready.value = false
    cache = null
  }

  return { talks, rows, open, ready, failed, atDesk, ofStream, unreadOf, lastAt, take, fetch, load }
})

const DAYS_SHOWN = 3

function isRecent(row: TalkRow): boolean {
  return row.ended_at !== null && Date.now() - Date.parse(row.ended_at) < DAYS_SHOWN * 86_400_000
}

function laterFirst(one: Talk, other: Talk): number {
  return Date.parse(other.asked_at) - Date.parse(one.asked_at)
}
