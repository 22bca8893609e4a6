import { computed, ref, watch, type Ref } from 'vue'
import { consultations, type Talk } from '@/api/consult'
import { useLive } from '@/app/live'
import { useSession } from '@/app/session'
import type { Letter } from '@/live/outbox'
import { useBoard } from './board'
import { rowsOf } from './rows'
import { useTalks } from './talks'

/** What the conversation pane shows: a desk, and the consultation with it if there is one. */
export function useConversation(place: Ref<{ desk: string | null; id: number | null }>) {
  const live = useLive()
  const talks = useTalks()
  const board = useBoard()
  const session = useSession()
  const shownId = ref<number | null>(null)
  const missing = ref(false)

  const talk = computed<Talk | undefined>(() => talks.talks.get(shownId.value ?? -1))
  const desk = computed(() => talk.value?.desk.key ?? place.value.desk ?? '')
  const item = computed(() => board.states.get(desk.value))
  const office = computed(() => item.value ?? board.offices.get(desk.value) ?? talk.value?.desk)
  const stream = computed(() => (talk.value ? live.streams.get(talk.value.stream) : undefined))
  const open = computed(() => talk.value !== undefined && talk.value.state !== 'ended')
  const letters = computed(() => live.letters.filter(belongsHere))
  const rows = computed(() => rowsOf(live.me, stream.value, letters.value))
  /** Outside office hours now, or when this was asked. */
  const offHours = computed(() => (open.value ? talk.value!.off_hours : item.value?.state === 'off_duty'))
  /** There is something to read, or there may be, but it is not here yet. */
  const loading = computed(() => {
    if (talk.value) return stream.value?.timeline.to == null
    return (!board.ready && !board.failed) || (live.me !== null && !talks.ready)
  })

  function belongsHere(letter: Letter): boolean {
    return letter.stream === null ? letter.desk === desk.value : letter.stream === talk.value?.stream
  }

  /** Which consultation to show: the one asked for, else the one at the desk; it is kept when it moves elsewhere. */
  function choose(): void {
    const { id, desk: key } = place.value
    if (id !== null) return show(id)
    const there = key ? talks.atDesk(key) : undefined
    const kept = talk.value
    if (kept && kept.state !== 'ended' && there === undefined && shownFor === key) return
    shownFor = key
    shownId.value = there?.id ?? null
    if (there) live.live.want(there.stream)
  }
  let shownFor: string | null = null

  function show(id: number): void {
    shownId.value = id
    if (talks.talks.has(id)) return live.live.want(talks.talks.get(id)!.stream)
    talks.fetch(id).then(
      () => (missing.value = false),
      () => (missing.value = true),
    )
  }

  watch([place, () => [...talks.talks.values()], () => live.me], choose, { immediate: true })

  function send(body: string): void {
    const key = live.newKey()
    if (talk.value && open.value) live.live.send(talk.value.stream, key, body)
    else live.live.askDesk(desk.value, key, body)
  }

  function resend(letter: Letter): void {
    if (letter.refusal?.code === 'closed') live.live.outbox.redirect(letter.key, desk.value)
    else live.live.outbox.resend(letter.key)
  }

  const discard = (letter: Letter) => live.live.outbox.remove(letter.key)
  const older = () => stream.value && live.live.older(stream.value.id)
  const keystroke = () => talk.value && open.value && live.live.keystroke(talk.value.stream)

  function seen(): void {
    const to = stream.value?.timeline.to
    if (stream.value && to) live.live.seen(stream.value.id, to)
  }

  async function recall(seq: number): Promise<void> {
    if (talk.value) await consultations.recall(talk.value.id, seq)
  }

  async function end(): Promise<void> {
    if (talk.value) talks.take(await consultations.end(talk.value.id))
  }

  async function leaveMessage(): Promise<void> {
    if (talk.value) talks.take(await consultations.leaveMessage(talk.value.id))
  }

  function nameOf(author: number | null): string {
    if (author === null) return ''
    if (author === live.me) return session.user?.name ?? talk.value?.citizen.name ?? ''
    return talk.value?.people[author]?.name ?? (talk.value?.officer?.id === author ? talk.value.officer.name : '')
  }

  const typing = computed(() => (stream.value ? (live.typing.get(stream.value.id) ?? []) : []))

  return {
    talk, desk, item, office, stream, open, letters, rows, offHours, loading, missing, typing,
    send, resend, discard, older, keystroke, seen, recall, end, leaveMessage, nameOf,
  }
}

export type Conversation = ReturnType<typeof useConversation>
