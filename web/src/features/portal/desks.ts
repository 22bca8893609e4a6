import { useDocumentVisibility, useIntervalFn } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { readBoard, type Board, type BoardItem } from '@/api/duty'
import { readOffices, type Office } from '@/api/offices'

/** A desk that takes questions: what it is, and how it is with it now. */
export interface Desk extends BoardItem {
  kind: Office['kind']
  remit: string
  english_remit: string
  parent: string | null
}

const every = 15_000

/** The duty desks of all departments, kept up to date while the page is seen. */
export function useDesks() {
  const board = ref<Board>()
  const offices = ref<Office[]>([])
  const failed = ref(false)
  const visibility = useDocumentVisibility()

  const desks = computed<Desk[]>(() => {
    const known = new Map(offices.value.map((office) => [office.key, office]))
    return (board.value?.items ?? []).map((item) => {
      const office = known.get(item.key)
      return { ...item, kind: office?.kind ?? 'department', remit: office?.remit ?? '', english_remit: office?.english_remit ?? '', parent: office?.parent ?? null }
    })
  })
  const departments = computed(() => desks.value.filter((desk) => desk.kind === 'department'))
  const below = computed(() => desks.value.filter((desk) => desk.kind === 'office'))
  const general = computed(() => desks.value.find((desk) => desk.kind === 'general_desk'))

  async function refresh(): Promise<void> {
    try {
      const [now, all] = await Promise.all([readBoard(), offices.value.length ? offices.value : readOffices()])
      offices.value = all
      board.value = now
      failed.value = false
    } catch {
      failed.value = true
    }
  }

  useIntervalFn(() => {
    if (visibility.value === 'visible') void refresh()
  }, every)
  watch(visibility, (now) => {
    if (now === 'visible') void refresh()
  })
  void refresh()

  return { board, desks, departments, below, general, failed, refresh }
}
