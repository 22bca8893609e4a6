import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { mountSprite } from '@/ui/icons/sprite'
import { whenIdle } from '@/ui/later'
import './install'
import App from './App.vue'
import { i18n, loadWords, speakLikePage } from './i18n'
import { makeRouter } from './router'
import { useTheme } from './theme'
import { keepFresh, newVersion } from './worker'

async function start(): Promise<void> {
  mountSprite()
  speakLikePage()
  const router = makeRouter()
  const app = createApp(App).use(createPinia()).use(i18n).use(router)
  useTheme()
  await Promise.allSettled([loadWords(['common']), router.isReady()])
  app.mount('#app')
  if (import.meta.env.PROD) whenIdle(keepFresh)
}

// A part of the page that is gone from the server: a newer version has taken its place.
window.addEventListener('vite:preloadError', () => (newVersion.value = true))

void start()
