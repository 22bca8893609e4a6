import { defineStore } from 'pinia'
import { computed, markRaw, ref, shallowReactive, shallowRef, watch } from 'vue'
import { ApiError } from '@/api/http'
import { consultations, type Talk } from '@/api/consult'
import { people } from '@/api/people'
import { IndexedDrawer, StoredLetters, clock, socketAddress, storage, webSocket } from '@/live/browser'
import { forgetDrafts } from '@/lib/drafts'
import { newKey } from '@/live/key'
import type { Letter, Refused } from '@/live/outbox'
import { Live, type Change } from '@/live/session'
import type { Link } from '@/live/socket'
import type { StreamState } from '@/live/streams'
import { useSession } from './session'

/** Streams of these kinds are read as soon as we hear of them: they are few and always on screen somewhere. */
const READ_AT_ONCE = new Set(['consultation', 'notices'])

const OWNER = 'zwt.owner'
const device = storage()

export const drawer = new IndexedDrawer()

/**
 * The one live connection of the page, as values Vue can watch. It starts and stops with whoever is signed in.
 * Everything that happens is also told to `on` listeners, in order.
 */
export const useLive = defineStore('live', () => {
  const session = useSession()
  const link = ref<Link>('off')
  const retryAt = ref<number | null>(null)
  /** Connected and caught up. */
  const current = ref(false)
  const streams = shallowReactive(new Map<number, StreamState>())
  const letters = shallowRef<readonly Letter[]>([])
  const typing = shallowReactive(new Map<number, readonly number[]>())
  const asked = new Set<(talk: Talk) => void>()
  /** Who was here last, while the service cannot say who is here. */
  const lastKnown = ref<number | null>(null)

  const live = markRaw(new Live({
    open: webSocket(() => socketAddress(location)),
    clock,
    chance: Math.random,
    shelf: new StoredLetters(device),
    ask: open,
    judge,
    preload: (stream) => READ_AT_ONCE.has(stream.kind) && (stream.open || stream.lastSeq > stream.lastRead),
    topics: ['duty'],
  }))

  live.on((change) => {
    if (change.what === 'link') {
      showLink()
      if (live.current && !session.me) void enter()
    } else if (change.what === 'stream') show(change.stream)
    else if (change.what === 'streams') showAll()
    else if (change.what === 'outbox') letters.value = live.outbox.letters
    else if (change.what === 'typing') typing.set(change.stream, live.typing.users(change.stream))
    else if (change.what === 'ended') session.ended = true
  })

  function showLink(): void {
    link.value = live.socket.link
    retryAt.value = live.socket.retryAt
    current.value = live.current
  }

  function show(id: number): void {
    const state = live.streams.get(id)
    if (state) streams.set(id, state)
    else streams.delete(id)
  }

  function showAll(): void {
    for (const id of streams.keys()) if (!live.streams.has(id)) streams.delete(id)
    for (const id of live.streams.keys()) show(id)
  }

  /** Opens a talk by its first words; a visitor gets a device account for it. */
  async function open(letter: Letter & { desk: string }): Promise<number> {
    await session.load()
    if (!session.user) session.take(await people.askWithoutRegistering())
    const talk = await consultations.ask(letter.desk, letter.body, letter.key)
    for (const call of asked) call(talk)
    return talk.stream
  }

  function onAsked(call: (talk: Talk) => void): () => void {
    asked.add(call)
    return () => asked.delete(call)
  }

  /** Another person, or nobody: what was here is put away, and forgotten by the device after signing out. */
  function leave(forget: boolean): void {
    live.stop({ forget })
    lastKnown.value = null
    if (!forget) return
    device?.removeItem(OWNER)
    forgetDrafts()
    void drawer.empty()
  }

  /** Finds out who is here. Without a network it is whoever was here last: their conversations can be read. */
  async function enter(): Promise<void> {
    try {
      await session.load()
    } catch {
      const owner = Number(device?.getItem(OWNER))
      if (!owner || session.me) return
      lastKnown.value = owner
      live.start(owner)
    }
  }

  function wake(): void {
    if (document.visibilityState === 'visible') live.socket.check()
  }

  watch(
    () => [session.me !== undefined, session.user?.id ?? null, session.ended] as const,
    ([known, me, ended]) => {
      if (ended) return
      if (me !== live.me && live.me !== null) leave(!known)
      if (!known) return
      lastKnown.value = null
      if (me === null) return live.visit()
      device?.setItem(OWNER, String(me))
      live.start(me)
    },
    { immediate: true, flush: 'sync' },
  )
  addEventListener('online', () => live.socket.retryNow())
  addEventListener('offline', () => live.socket.cut())
  document.addEventListener('visibilitychange', wake)

  const me = computed(() => session.user?.id ?? lastKnown.value)
  const on = (listener: (change: Change) => void) => live.on(listener)

  return { live, enter, link, retryAt, current, streams, letters, typing, me, on, onAsked, newKey }
})

/** What a failed request means for the letter in it: a lasting refusal, or null for "try again later". */
function judge(error: unknown): Refused | null {
  return error instanceof ApiError && error.kind === 'refused' ? { code: error.code, text: error.text } : null
}
