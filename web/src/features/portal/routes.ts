import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [{ path: '/', name: 'portal', component: () => import('./PortalPage.vue'), meta: { words: ['portal'] } }]
