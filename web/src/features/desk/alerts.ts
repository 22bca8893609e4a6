import { useDocumentVisibility } from '@vueuse/core'
import { computed, onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useBadges } from '@/app/badges'
import { useLive } from '@/app/live'
import { useSession } from '@/app/session'
import { useErrorWords } from '@/app/words'
import { chime } from '@/features/chat/notices'
import type { Entry } from '@/live/frames'
import { useToasts } from '@/ui/toasts'
import { secondsSince, useSecond } from './clock'
import { useDesk } from './desk'
import { standingOf } from './mine'
import { WARN_AFTER } from './waiting'

const MINUTE = 60

/** A notice older than this was news before the page was opened, ms. */
const FRESH = 60_000
const TOLD = new Set(['missed', 'inquiry', 'returned'])

/**
 * A soft sound for a new person waiting, once; for a reply that is out of sight; and each minute for whoever waits
 * longer than three. 忙碌 mutes the sound, never the number in the rail and in the title.
 */
export function useAlerts(): void {
  const desk = useDesk()
  const live = useLive()
  const badges = useBadges()
  const session = useSession()
  const toasts = useToasts()
  const wordsOf = useErrorWords()
  const { t } = useI18n()
  const second = useSecond()
  const visible = useDocumentVisibility()
  let known = new Set<number>()
  let started = false

  const calling = computed(() => [...desk.shown.offers, ...desk.shown.waiting])
  const unread = computed(() => desk.shown.mine.filter((row) => standingOf(row, live.streams.get(row.stream)).unread > 0).length)
  const overdue = computed(() => {
    const longest = Math.max(0, ...desk.shown.waiting.map((row) => secondsSince(row.entered_at, second.value)))
    return longest < WARN_AFTER ? 0 : Math.floor(longest / MINUTE)
  })

  function ring(): void {
    if (desk.me?.declared !== 'busy') chime()
  }

  /** Somebody new who waits, or who came back to me. Whoever was there when the page was opened is not heard. */
  function look(): void {
    const present = [...calling.value, ...desk.shown.mine].map((row) => row.id)
    if (started && present.some((id) => !known.has(id))) ring()
    known = new Set(present)
    started ||= desk.state !== null
  }

  const isNews = (entry: Entry) => TOLD.has(String(entry.data?.kind)) && second.value - entry.at < FRESH

  /** Whoever missed an offer was set to 离开 by the service, and comes back with one press. */
  function tell(entry: Entry): void {
    const missed = entry.data?.kind === 'missed'
    const back = () => void desk.declare('online').catch((cause: unknown) => toasts.show(wordsOf(cause), { tone: 'bad' }))
    toasts.show(t('desk.news', { title: entry.data?.title, text: entry.data?.text }), missed ? { action: { label: t('desk.backOnline'), run: back } } : {})
  }

  watch(() => desk.shown, look, { immediate: true })
  watch(overdue, (minutes, before) => minutes > before && before > 0 && ring())
  watch(
    () => calling.value.length + unread.value,
    (count) => badges.set('desk', count),
    { immediate: true },
  )
  onScopeDispose(
    live.on((change) => {
      if (change.what !== 'entries') return
      if (change.stream === session.user?.notices_stream) change.entries.filter(isNews).forEach(tell)
      if (visible.value === 'visible') return
      const row = desk.shown.mine.find((one) => one.stream === change.stream)
      if (row && change.entries.some((entry) => entry.kind === 'text' && entry.author === row.citizen.id)) ring()
    }),
  )
}
