import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { desk as service, type Context, type StaffTalk } from '@/api/desk'
import { useLive } from '@/app/live'
import { useSession } from '@/app/session'
import type { Letter } from '@/live/outbox'
import { useDesk } from './desk'
import { linesOf } from './lines'

/** The conversation on screen: the talk, its notes, its inquiries, and who may do what with it. */
export function useConversation(id: Ref<number | null>) {
  const live = useLive()
  const session = useSession()
  const desk = useDesk()
  const context = shallowRef<Context | null>(null)
  const failed = ref<unknown>(null)
  const followed = new Set<number>()
  const regained = new Set<number>()

  const talk = computed<StaffTalk | undefined>(() => (id.value === null ? undefined : desk.talks.get(id.value)))
  const row = computed(() => (id.value === null ? undefined : desk.rowOf(id.value)))
  const ended = computed(() => talk.value?.state === 'ended')
  const mine = computed(() => !ended.value && talk.value?.officer?.id === live.me && talk.value?.state !== 'waiting')
  const stream = computed(() => (talk.value ? live.streams.get(talk.value.stream) : undefined))
  const notes = computed(() => (talk.value?.notes_stream ? live.streams.get(talk.value.notes_stream) : undefined))
  const inquiries = computed(() =>
    (context.value?.inquiries ?? []).map((inquiry) => ({ inquiry, stream: live.streams.get(inquiry.stream) })),
  )
  const lines = computed(() =>
    linesOf({
      me: live.me,
      citizen: talk.value?.citizen.id ?? null,
      talk: stream.value,
      notes: notes.value,
      inquiries: inquiries.value,
      letters: live.letters,
      held: talk.value?.state === 'held',
    }),
  )
  const loading = computed(() => id.value !== null && (!talk.value || stream.value?.timeline.to == null))
  const typing = computed(() => (stream.value ? (live.typing.get(stream.value.id) ?? []).filter((one) => one === talk.value?.citizen.id) : []))

  async function open(talkId: number): Promise<void> {
    failed.value = null
    context.value = null
    try {
      await desk.fetch(talkId)
      if (id.value === talkId) await look()
    } catch (cause) {
      if (id.value === talkId) failed.value = cause
    }
  }

  /** Card, earlier consultations and inquiries; read again when one of them may have changed. */
  async function look(): Promise<void> {
    const talkId = id.value
    if (talkId === null) return
    const found = await service.context(talkId)
    if (id.value === talkId) context.value = found
  }

  /** My own streams follow me; those of a colleague, and of another office, are followed while they are on screen. */
  function follow(): void {
    const wanted = [talk.value?.stream, talk.value?.notes_stream, ...inquiries.value.map((one) => one.inquiry.stream)]
    for (const one of wanted) if (one && !followed.has(one)) begin(one)
    for (const one of followed) if (!wanted.includes(one)) leave(one)
  }

  function begin(one: number): void {
    followed.add(one)
    if (mine.value && one === talk.value?.stream) live.live.want(one)
    else live.live.follow(one)
  }

  /** Talks and notes of my own conversations: I sit in them, whatever is on screen. */
  function seats(): Set<number | null | undefined> {
    return new Set(desk.shown.mine.flatMap((row) => [row.stream, desk.talks.get(row.id)?.notes_stream]))
  }

  function leave(one: number): void {
    followed.delete(one)
    if (!seats().has(one)) live.live.unfollow(one)
  }

  /** I have left the chair, and with it the stream: as one of the desk I may still read it. */
  function regain(): void {
    for (const one of followed) {
      if (live.live.streams.has(one) || regained.has(one)) continue
      regained.add(one)
      if (ended.value) live.live.want(one)
      else live.live.follow(one)
    }
  }

  watch(id, (now) => (now === null ? (context.value = null) : void open(now)), { immediate: true })
  watch([() => talk.value?.stream, () => talk.value?.notes_stream, mine, inquiries], follow, { immediate: true })
  watch([mine, ended], ([now, over], [before, wasOver]) => {
    if (now) regained.clear()
    if ((now && before === false) || (over && !wasOver)) void look().catch(() => undefined)
  })
  onScopeDispose(() => [...followed].forEach(leave))
  onScopeDispose(
    live.on((change) => {
      if (change.what === 'streams') regain()
      const news = change.what === 'entries' && context.value?.inquiries.some((one) => one.stream === change.stream)
      if (news) void look().catch(() => undefined)
    }),
  )

  const answer = (body: string) => talk.value && live.live.send(talk.value.stream, live.newKey(), body)
  const note = (body: string) => talk.value?.notes_stream && live.live.send(talk.value.notes_stream, live.newKey(), body)
  const resend = (letter: Letter) => live.live.outbox.resend(letter.key)
  const discard = (letter: Letter) => live.live.outbox.remove(letter.key)
  const older = () => stream.value && live.live.older(stream.value.id)
  const keystroke = () => talk.value && mine.value && live.live.keystroke(talk.value.stream)

  function seen(): void {
    const to = stream.value?.timeline.to
    if (mine.value && stream.value && to) live.live.seen(stream.value.id, to)
  }

  /** The name of whoever wrote; empty for the service itself. */
  function nameOf(author: number | null): string {
    if (author === null) return ''
    if (author === live.me) return session.user?.name ?? ''
    return talk.value?.people[author]?.name ?? (author === talk.value?.citizen.id ? talk.value.citizen.name : '')
  }

  return {
    talk, row, context, failed, stream, notes, inquiries, lines, loading, typing, mine, ended,
    open, look, answer, note, resend, discard, older, keystroke, seen, nameOf,
  }
}

export type Conversation = ReturnType<typeof useConversation>
