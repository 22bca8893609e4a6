import { createSharedComposable, useIntervalFn } from '@vueuse/core'
import { ref } from 'vue'
import { useLive } from '@/app/live'

/** The service's present moment in ms, looked at every second by the whole page. */
export const useSecond = createSharedComposable(() => {
  const live = useLive()
  const look = () => Date.now() + live.live.skew
  const now = ref(look())
  useIntervalFn(() => (now.value = look()), 1000)
  return now
})

/** Seconds from a moment until now. */
export function secondsSince(at: string | number, now: number): number {
  return Math.max(0, Math.floor((now - new Date(at).getTime()) / 1000))
}
