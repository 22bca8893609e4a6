import { useThrottleFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef, watch } from 'vue'
import { desk as service, type Declared, type DeskRow, type StaffTalk } from '@/api/desk'
import { useLive } from '@/app/live'
import type { Entry } from '@/live/frames'
import { advance, newer, wantsSnapshot } from '@/live/talk'
import { apply, declaredBy, fromSnapshot, lists, withDeclared, withPage, type Desks, type Lists } from './apply'

const NOTHING: Lists = { mine: [], offers: [], waiting: [], messages: [] }

/** The officer's desk as it is now: one snapshot, then what the streams of his desks tell. */
export const useDesk = defineStore('desk', () => {
  const live = useLive()
  const state = shallowRef<Desks | null>(null)
  const failed = ref<unknown>(null)
  const talks = shallowReactive(new Map<number, StaffTalk>())
  const shown = computed(() => (state.value && live.me !== null ? lists(state.value, live.me) : NOTHING))
  const me = computed(() => (state.value && live.me !== null ? { ...state.value.me, declared: declaredBy(state.value, live.me) } : null))
  const desks = computed(() => state.value?.desks ?? [])

  async function load(): Promise<void> {
    try {
      const snapshot = await service.snapshot()
      state.value = fromSnapshot(snapshot)
      for (const one of snapshot.desks) live.live.haveUpTo(one.stream, one.as_of)
      failed.value = null
    } catch (cause) {
      failed.value = cause
    }
  }

  function entriesCame(stream: number, entries: readonly Entry[]): void {
    if (state.value?.desks.some((one) => one.stream === stream)) {
      state.value = entries.reduce((sum, entry) => apply(sum, stream, entry), state.value)
      if (entries.some((entry) => entry.kind === 'gone')) void refreshFigures()
    }
    const talk = ofStream(stream)
    if (!talk) return
    put(entries.reduce((sum, entry) => advance(sum, entry) as StaffTalk, talk))
    if (entries.some(wantsSnapshot)) refetch(talk.id)
  }

  /** 今日接待 and its neighbours are not told by the stream: they are read again after something has ended. */
  const refreshFigures = useThrottleFn(
    async () => {
      const snapshot = await service.snapshot().catch(() => null)
      if (snapshot && state.value) state.value = { ...state.value, me: snapshot.me }
    },
    5000,
    true,
  )

  /** The line is up again: what the desks' streams told meanwhile is asked for. */
  function catchUp(): void {
    for (const one of desks.value) {
      const stream = live.live.streams.get(one.stream)
      if (stream && stream.timeline.to !== null) live.live.haveUpTo(one.stream, stream.timeline.to)
    }
  }

  live.on((change) => {
    if (change.what === 'entries') entriesCame(change.stream, change.entries)
    else if (change.what === 'link' && live.live.current) catchUp()
    else if (change.what === 'refused' && change.error.code === 'old_cursor' && desks.value.some((one) => one.stream === change.error.stream)) void load()
  })

  function ofStream(stream: number): StaffTalk | undefined {
    return [...talks.values()].find((talk) => talk.stream === stream)
  }

  function put(talk: StaffTalk): StaffTalk {
    const now = { ...talk, ...newer(talks.get(talk.id), talk) } as StaffTalk
    talks.set(now.id, now)
    return now
  }

  /** An answer of the service, then what its stream has told since. */
  function take(answer: StaffTalk): StaffTalk {
    const entries = live.streams.get(answer.stream)?.timeline.entries ?? []
    live.live.haveMarks(answer.stream, answer.marks)
    return put(entries.reduce((sum, entry) => advance(sum, entry) as StaffTalk, answer))
  }

  async function fetch(id: number): Promise<StaffTalk> {
    return take(await service.one(id))
  }

  const refetch = useThrottleFn((id: number) => void fetch(id).catch(() => undefined), 300, true)

  async function declare(declared: Declared): Promise<void> {
    const before = me.value?.declared
    setDeclared(declared)
    try {
      const { on_duty, shift } = await service.declare(declared)
      if (state.value) state.value = { ...state.value, me: { ...state.value.me, on_duty, shift } }
    } catch (cause) {
      if (before) setDeclared(before)
      throw cause
    }
  }

  function setDeclared(declared: Declared): void {
    if (state.value && live.me !== null) state.value = withDeclared(state.value, live.me, declared)
  }

  async function moreOf(list: 'waiting' | 'messages'): Promise<void> {
    const after = state.value?.more[list]
    if (!after) return
    const page = await service[list](after)
    if (state.value) state.value = withPage(state.value, list, page.items, page.next)
  }

  function rowOf(id: number): DeskRow | undefined {
    const { mine, offers, waiting, messages } = shown.value
    return [...mine, ...offers, ...waiting, ...messages].find((row) => row.id === id)
  }

  /** Another person has signed in: nothing of the one before stays. */
  watch(
    () => live.me,
    (now, before) => {
      if (now === before) return
      state.value = null
      talks.clear()
    },
  )
  watch(
    () => shown.value.mine.map((row) => row.stream).join(),
    () => shown.value.mine.forEach((row) => live.live.want(row.stream)),
    { immediate: true },
  )

  return { state, shown, me, desks, failed, talks, load, take, fetch, declare, moreOf, rowOf }
})
