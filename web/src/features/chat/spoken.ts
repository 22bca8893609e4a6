import { onBeforeUnmount, ref, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useLive } from '@/app/live'
import type { Entry } from '@/live/frames'
import type { Conversation } from './conversation'
import { useEntryWords } from './words'

const QUEUE_EVERY = 60_000
const KEPT = 5

/** What a screen reader hears of the open talk: what others say, once, and the queue at most once a minute. */
export function useSpoken(conversation: Ref<Conversation>) {
  const { t } = useI18n()
  const live = useLive()
  const words = useEntryWords()
  const spoken = ref<{ key: string; text: string }[]>([])
  const queueNews = ref('')
  let queueTold = 0

  onBeforeUnmount(
    live.on((change) => {
      if (change.what !== 'entries' || change.stream !== conversation.value.stream.value?.id) return
      const lines = change.entries.filter((entry) => entry.author !== live.me || entry.kind === 'transferred').map(line)
      spoken.value = [...spoken.value, ...lines.filter((one) => one.text)].slice(-KEPT)
    }),
  )

  function line(entry: Entry): { key: string; text: string } {
    const talk = conversation.value.talk.value
    const said = entry.kind === 'text' ? sayWho(entry) : talk ? words.line(entry, talk) || words.preview(entry, talk) : ''
    return { key: `${conversation.value.stream.value?.id}-${entry.seq}`, text: said }
  }

  function sayWho(entry: Entry): string {
    return t('chat.spoken', { name: conversation.value.nameOf(entry.author), words: entry.body })
  }

  watch(
    () => conversation.value.talk.value?.place,
    (place) => {
      if (place == null || Date.now() - queueTold < QUEUE_EVERY) return
      queueTold = Date.now()
      queueNews.value = t('queue.ahead', { n: Math.max(0, place - 1) })
    },
  )
  watch(
    () => conversation.value.desk.value,
    () => (spoken.value = []),
  )

  return { spoken, queueNews }
}
