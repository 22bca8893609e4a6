import type { RouteRecordRaw } from 'vue-router'

const meta = { words: ['auth' as const] }

export const routes: RouteRecordRaw[] = [
  { path: '/login', name: 'login', component: () => import('./LoginPage.vue'), meta: { ...meta, title: 'auth.login' } },
  { path: '/login/reset', name: 'reset', component: () => import('./ResetPage.vue'), meta: { ...meta, title: 'auth.reset.title' } },
  { path: '/register', name: 'register', component: () => import('./RegisterPage.vue'), meta: { ...meta, title: 'auth.register' } },
  { path: '/welcome/:token', name: 'welcome', component: () => import('./WelcomePage.vue'), meta: { ...meta, title: 'auth.welcome.title' }, props: true },
  { path: '/me', name: 'me', component: () => import('./MePage.vue'), meta: { ...meta, title: 'nav.settings', shell: true, for: 'signed-in' } },
]
