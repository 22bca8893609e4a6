import { useThrottleFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { desk as service, type DeskCase, type Inquiry } from '@/api/desk'
import { useLive } from '@/app/live'
import { useDesk } from './desk'

/** 待办: what other offices ask my desks, and the cases of my offices that are owed an answer. */
export const useTodo = defineStore('desk-todo', () => {
  const desk = useDesk()
  const live = useLive()
  const inquiries = shallowRef<Inquiry[]>([])
  const cases = shallowRef<DeskCase[]>([])
  const ready = ref(false)
  const failed = ref<unknown>(null)

  /** Asked of my desks, not by them, and not answered yet. */
  const asked = computed(() => {
    const mine = new Set(desk.desks.map((one) => one.key))
    return inquiries.value.filter((one) => mine.has(one.to.key) && one.answered_at === null)
  })
  const count = computed(() => asked.value.length + cases.value.length)

  async function load(): Promise<void> {
    try {
      const [questions, register] = await Promise.all([service.inquiries(), service.cases()])
      inquiries.value = questions.items
      cases.value = register.items
      failed.value = null
    } catch (cause) {
      failed.value = cause
    } finally {
      ready.value = true
    }
  }
  const reload = useThrottleFn(load, 2000, true, false)

  watch(() => desk.state?.inquiries, (now, before) => before !== undefined && now !== before && void reload())
  live.on((change) => {
    const news = change.what === 'entries' && inquiries.value.some((one) => one.stream === change.stream)
    if (news) void reload()
  })

  async function reply(inquiry: Inquiry, body: string): Promise<void> {
    await service.inquiry(inquiry.id, { key: live.newKey(), body })
    await load()
  }

  async function answer(one: DeskCase, body: string): Promise<void> {
    await service.answerCase(one.id, body)
    await load()
  }

  async function accept(one: DeskCase): Promise<void> {
    await service.acceptCase(one.id)
    await load()
  }

  return { inquiries, asked, cases, count, ready, failed, load, reply, accept, answer }
})
