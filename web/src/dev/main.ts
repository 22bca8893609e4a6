import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n, loadWords } from '@/app/i18n'
import { mountSprite } from '@/ui/icons/sprite'
import StatesPage from './StatesPage.vue'

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: StatesPage }] })
mountSprite()
void loadWords(['desk']).then(() => createApp(StatesPage).use(createPinia()).use(i18n).use(router).mount('#app'))
