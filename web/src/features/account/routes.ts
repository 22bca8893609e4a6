import type { RouteRecordRaw } from 'vue-router'

const meta = { words: ['auth' as const] }

export const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('./LoginPage.vue'), meta },
  { path: '/login/reset', name: 'reset', component: () => import('./ResetPage.vue'), meta },
  { path: '/register', name: 'register', component: () => import('./RegisterPage.vue'), meta },
  { path: '/welcome/:token', name: 'welcome', component: () => import('./WelcomePage.vue'), meta, props: true },
  { path: '/me', name: 'me', component: () => import('./MePage.vue'), meta: { ...meta, shell: true, for: 'signed-in' } },
]
