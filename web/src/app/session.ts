import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { auth } from '@/api/auth'
import { onSessionEnded } from '@/api/http'
import { people, type Me, type User } from '@/api/people'

/** Who is signed in on this page, if anybody. */
export const useSession = defineStore('session', () => {
  const me = ref<Me>()
  /** True after an answer said that a session which was there has ended; the page asks to sign in over itself. */
  const ended = ref(false)
  const user = computed<User | null>(() => me.value?.user ?? null)
  const staff = computed(() => user.value !== null && user.value.role !== 'citizen')
  /** At work at a desk or an office; an administrator is staff without a post. */
  const posted = computed(() => (me.value?.posts.length ?? 0) > 0)
  /** Where somebody begins who asked for no page in particular. */
  const home = computed(() => (posted.value ? '/desk' : staff.value ? '/me' : '/chat'))
  let asking: Promise<void> | undefined

  onSessionEnded(() => {
    if (user.value) ended.value = true
  })

  /** Asks once who we are; later calls wait for the same answer. */
  function load(): Promise<void> {
    asking ??= reload().catch((cause: unknown) => {
      asking = undefined
      throw cause
    })
    return asking
  }

  async function reload(): Promise<void> {
    take(await people.me())
  }

  function take(answer: Me): void {
    me.value = answer
    ended.value = false
    asking = Promise.resolve()
  }

  async function signOut(): Promise<void> {
    await auth.signOut()
    me.value = undefined
    asking = undefined
    ended.value = false
  }

  return { me, user, staff, posted, home, ended, load, reload, take, signOut }
})
