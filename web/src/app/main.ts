import '@/ui/tokens.css'
import '@/ui/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { mountSprite } from '@/ui/icons/sprite'
import './install'
import App from './App.vue'
import { i18n, preferredLanguage, speak } from './i18n'
import { makeRouter } from './router'
import { useTheme } from './theme'
import { keepFresh, newVersion } from './worker'

async function start(): Promise<void> {
  mountSprite()
  if (preferredLanguage() === 'en') await speak('en').catch(() => undefined)
  const router = makeRouter()
  const app = createApp(App).use(createPinia()).use(i18n).use(router)
  useTheme()
  await router.isReady().catch(() => undefined)
  app.mount('#app')
  if (import.meta.env.PROD) keepFresh()
}

// A part of the page that is gone from the server: a newer version has taken its place.
window.addEventListener('vite:preloadError', () => (newVersion.value = true))

void start()
