import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useLive } from '@/app/live'
import type { Conversation } from './conversation'

const KEPT = 5

/** What a screen reader hears of the open talk: the citizen's words, once. */
export function useHeard(conversation: Ref<Conversation>) {
  const { t } = useI18n()
  const live = useLive()
  const heard = ref<{ key: string; text: string }[]>([])

  onScopeDispose(
    live.on((change) => {
      const talk = conversation.value.talk.value
      if (change.what !== 'entries' || !talk || change.stream !== talk.stream) return
      const words = change.entries.filter((entry) => entry.kind === 'text' && entry.author === talk.citizen.id)
      const lines = words.map((entry) => ({ key: `${talk.id}-${entry.seq}`, text: t('desk.heard', { name: talk.citizen.name, words: entry.body }) }))
      heard.value = [...heard.value, ...lines].slice(-KEPT)
    }),
  )
  watch(
    () => conversation.value.talk.value?.id,
    () => (heard.value = []),
  )
  return heard
}
