import { defineStore } from 'pinia'
import { computed, reactive, ref, watchEffect } from 'vue'
import { i18n } from './i18n'

export type Section = 'chat' | 'affairs' | 'desk'

/** How many things need the reader's action, per section; features set it, rail, tab bar and page title show it. */
export const useBadges = defineStore('badges', () => {
  const counts = reactive<Record<Section, number>>({ chat: 0, affairs: 0, desk: 0 })
  const total = computed(() => counts.chat + counts.affairs + counts.desk)

  /** Key of the words for the present page; without one the service's name stands alone. */
  const page = ref<string>()

  watchEffect(() => {
    const name = i18n.global.t('app.name')
    const title = page.value ? `${i18n.global.t(page.value)} · ${name}` : name
    document.title = total.value ? `(${total.value}) ${title}` : title
  })

  function set(section: Section, count: number): void {
    counts[section] = count
  }

  return { counts, total, page, set }
})
