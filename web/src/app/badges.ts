import { defineStore } from 'pinia'
import { computed, reactive, watchEffect } from 'vue'
import { i18n } from './i18n'

export type Section = 'chat' | 'affairs' | 'desk'

/** How many things need the reader's action, per section; features set it, rail, tab bar and page title show it. */
export const useBadges = defineStore('badges', () => {
  const counts = reactive<Record<Section, number>>({ chat: 0, affairs: 0, desk: 0 })
  const total = computed(() => counts.chat + counts.affairs + counts.desk)

  watchEffect(() => {
    const name = i18n.global.t('app.name')
    document.title = total.value ? `(${total.value}) ${name}` : name
  })

  function set(section: Section, count: number): void {
    counts[section] = count
  }

  return { counts, total, set }
})
