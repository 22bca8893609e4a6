import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import { useBadges } from '@/app/badges'
import { useLive } from '@/app/live'
import { useSession } from '@/app/session'
import { useTalks } from '@/features/chat/talks'

/** What in this section waits for the citizen: consultations to rate, and answers to cases not looked at yet. */
export const useAffairsNews = defineStore('affairs-news', () => {
  const live = useLive()
  const talks = useTalks()
  const session = useSession()
  const badges = useBadges()

  const notices = computed(() => live.streams.get(session.user?.notices_stream ?? -1))
  const toRate = computed(() => [...talks.rows.values()].filter((row) => talks.talks.get(row.id)?.may_rate ?? row.may_rate).length)
  const answers = computed(() => {
    const state = notices.value
    return state?.timeline.entries.filter((entry) => entry.seq > state.lastRead && isAnswerToCase(entry.data)).length ?? 0
  })

  /** The list of cases is on screen. */
  function seen(): void {
    const to = notices.value?.timeline.to
    if (notices.value && to) live.live.seen(notices.value.id, to)
  }

  watch([toRate, answers], ([rate, answered]) => badges.set('affairs', rate + answered), { immediate: true })

  return { toRate, answers, seen }
})

function isAnswerToCase(data: Record<string, unknown> | null | undefined): boolean {
  return data?.kind === 'answered' && data.case !== undefined
}
