import { config } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach } from 'vitest'
import { i18n, loadWords } from '@/app/i18n'
import { mountSprite } from '@/ui/icons/sprite'

await loadWords(['auth', 'portal', 'chat', 'desk', 'affairs'])

beforeEach(() => {
  const pinia = createPinia()
  setActivePinia(pinia)
  config.global.plugins = [i18n, pinia]
  mountSprite()
})
