import { useDocumentVisibility } from '@vueuse/core'
import { onBeforeUnmount, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useLive } from '@/app/live'
import { storage } from '@/live/browser'
import type { Entry } from '@/live/frames'
import type { Conversation } from './conversation'
import { useDeskNames } from './names'
import { useTalks } from './talks'

const ANSWERED = 'zwt.notices.asked'

/** What is worth disturbing somebody for, and the words for it. Never what was said: a lock screen may show it. */
const WORDS: Record<string, string> = {
  text: 'chat.notice.answered',
  assigned: 'chat.notice.connected',
  transferred: 'chat.notice.transferred',
  ended: 'chat.notice.ended',
}

/** The system's notices and a soft sound for what an officer does while the page is out of sight. */
export function useNotices(conversation: Conversation): void {
  const live = useLive()
  const talks = useTalks()
  const router = useRouter()
  const names = useDeskNames()
  const visible = useDocumentVisibility()
  const { t } = useI18n()

  onBeforeUnmount(
    live.on((change) => {
      if (change.what !== 'entries') return
      const talk = talks.ofStream(change.stream)
      const news = change.entries.filter((entry) => isNews(entry)).at(-1)
      const onScreen = visible.value === 'visible' && conversation.talk.value?.id === talk?.id
      if (talk && news && !onScreen) tell(talk.id, t(WORDS[news.kind]!, { dept: names.short(talk.desk) }))
    }),
  )

  function isNews(entry: Entry): boolean {
    return entry.kind in WORDS && entry.author !== live.me && Date.now() + live.live.skew - entry.at < 60_000
  }

  function tell(id: number, title: string): void {
    chime()
    if (visible.value === 'visible' || !('Notification' in window) || Notification.permission !== 'granted') return
    const notice = new Notification(title, { body: t('chat.notice.open'), tag: `talk-${id}`, icon: '/static/app/icons/icon-192.png' })
    notice.onclick = () => {
      window.focus()
      void router.push({ name: 'chat-talk', params: { id } })
      notice.close()
    }
  }
}

/** Whether to offer system notices: asked once per device, after the first message, and only where they exist. */
export function useNoticeOffer() {
  const wanted = ref(false)

  function afterFirstMessage(): void {
    const possible = 'Notification' in window && Notification.permission === 'default'
    if (possible && !storage()?.getItem(ANSWERED)) wanted.value = true
  }

  async function answer(yes: boolean): Promise<void> {
    wanted.value = false
    storage()?.setItem(ANSWERED, yes ? 'yes' : 'no')
    if (yes) await Notification.requestPermission()
  }

  return { wanted, afterFirstMessage, answer }
}

/** Two short soft tones. Silent where the browser does not allow sound before a click. */
export function chime(): void {
  if (!navigator.userActivation?.hasBeenActive) return
  const sound = new AudioContext()
  const volume = sound.createGain()
  volume.connect(sound.destination)
  volume.gain.setValueAtTime(0.05, sound.currentTime)
  volume.gain.exponentialRampToValueAtTime(0.0001, sound.currentTime + 0.5)
  for (const [n, pitch] of [660, 880].entries()) {
    const tone = sound.createOscillator()
    tone.frequency.value = pitch
    tone.connect(volume)
    tone.start(sound.currentTime + n * 0.12)
    tone.stop(sound.currentTime + n * 0.12 + 0.2)
    if (n === 1) tone.onended = () => void sound.close()
  }
}
