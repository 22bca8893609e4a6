import { ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Progress, Step } from '@/api/auth'
import { useSession } from '@/app/session'

/** From a first step of signing in to the page the person wanted, through whatever codes are asked on the way. */
export function useArrival() {
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  const step = ref<Step>()

  async function advance(progress: Progress): Promise<void> {
    if (!progress.signedIn) {
      step.value = progress.step
      return
    }
    await session.reload()
    await arrive()
  }

  async function arrive(): Promise<void> {
    await router.replace(wanted() ?? session.home)
  }

  /** The page asked for before signing in; only a path of ours. */
  function wanted(): string | undefined {
    const next = route.query.next
    return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined
  }

  return { step, advance, arrive, wanted }
}
