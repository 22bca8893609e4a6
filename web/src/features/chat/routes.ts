import type { RouteRecordRaw } from 'vue-router'

const meta = { shell: true, words: ['chat'] as const }

/** The talk with a desk, one particular consultation, and its rating on a phone. Visitors may ask too. */
export const routes: RouteRecordRaw[] = [
  { path: '/chat/:desk?', name: 'chat', component: () => import('./ChatPage.vue'), meta: { ...meta, words: [...meta.words] } },
  { path: '/chat/talk/:id(\\d+)', name: 'chat-talk', component: () => import('./ChatPage.vue'), meta: { ...meta, words: [...meta.words] } },
  { path: '/chat/talk/:id(\\d+)/rate', name: 'chat-rate', component: () => import('./RatePage.vue'), meta: { ...meta, words: [...meta.words], for: 'signed-in' } },
]
