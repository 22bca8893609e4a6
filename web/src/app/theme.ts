import { usePreferredDark } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, watchEffect } from 'vue'

export type Theme = 'system' | 'light' | 'dark'

const storageKey = 'zwt.theme'

/** The look of the page: what the reader chose on this device, or what the system prefers. */
export const useTheme = defineStore('theme', () => {
  const kept = localStorage.getItem(storageKey)
  const choice = ref<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system')
  const systemDark = usePreferredDark()
  const dark = computed(() => (choice.value === 'system' ? systemDark.value : choice.value === 'dark'))

  watchEffect(() => {
    const root = document.documentElement
    if (choice.value === 'system') delete root.dataset.theme
    else root.dataset.theme = choice.value
  })

  function choose(theme: Theme): void {
    choice.value = theme
    if (theme === 'system') localStorage.removeItem(storageKey)
    else localStorage.setItem(storageKey, theme)
  }

  return { choice, dark, choose }
})
