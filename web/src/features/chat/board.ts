import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef, watch } from 'vue'
import { readBoard, type Board, type BoardItem } from '@/api/duty'
import { readOffices, type Office } from '@/api/offices'
import { useLive } from '@/app/live'

/** How often a page without a live connection looks at the board, ms. */
const LOOK_EVERY = 15_000

/** The desks with their live state, departments first. Changes come by the socket; a visitor's page asks now and then. */
export const useBoard = defineStore('board', () => {
  const live = useLive()
  const states = shallowReactive(new Map<string, BoardItem>())
  const offices = shallowRef<ReadonlyMap<string, Office>>(new Map())
  const order = ref<string[]>([])
  const stats = shallowRef<Board['stats']>({})
  const failed = ref(false)
  const ready = computed(() => order.value.length > 0)

  const desks = computed(() => order.value.map((key) => states.get(key)).filter((item) => item !== undefined))
  const departments = computed(() => desks.value.filter((item) => kind(item.key) === 'department'))
  /** Desks below a department, and the portal's general desk. */
  const others = computed(() => desks.value.filter((item) => kind(item.key) !== 'department'))

  function kind(key: string): Office['kind'] {
    return offices.value.get(key)?.kind ?? 'department'
  }

  async function load(): Promise<void> {
    try {
      const [board, all] = await Promise.all([readBoard(), offices.value.size ? null : readOffices()])
      if (all) offices.value = new Map(all.map((office) => [office.key, office]))
      for (const item of board.items) states.set(item.key, item)
      order.value = board.items.map((item) => item.key)
      stats.value = board.stats ?? {}
      failed.value = false
    } catch {
      failed.value = true
    }
  }

  live.on((change) => {
    if (change.what !== 'hint' || change.topic !== 'duty') return
    const item = change.data as unknown as BoardItem
    if (states.has(item.key)) states.set(item.key, item)
  })

  const visible = useDocumentVisibility()
  useIntervalFn(() => {
    if (visible.value === 'visible' && !live.current) void load()
  }, LOOK_EVERY)
  watch([() => live.current, visible], ([current, shown]) => {
    if (current && shown === 'visible') void load()
  })

  return { states, offices, desks, departments, others, stats, failed, ready, load }
})
