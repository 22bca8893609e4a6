import { computed, ref, shallowRef } from 'vue'
import type { Page } from '@/api/consult'

/** A list that is read page by page. What is shown stays while it is read again. */
export function usePages<Item>(read: (cursor?: string | number) => Promise<Page<Item>>) {
  const items = shallowRef<Item[]>([])
  const next = ref<string | number | null>(null)
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const more = computed(() => next.value !== null)

  async function load(): Promise<void> {
    state.value = 'loading'
    await take(() => read())
  }

  async function loadMore(): Promise<void> {
    if (next.value !== null) await take(() => read(next.value!), items.value)
  }

  async function take(ask: () => Promise<Page<Item>>, before: Item[] = []): Promise<void> {
    try {
      const page = await ask()
      items.value = [...before, ...page.items]
      next.value = page.next
      state.value = 'ready'
    } catch {
      state.value = 'failed'
    }
  }

  return { items, state, more, load, loadMore }
}
