import type { RouteRecordRaw } from 'vue-router'

/** 值班台: the queue, and one conversation when its id is in the address. */
export const routes: RouteRecordRaw[] = [
  { path: '/desk/:id(\\d+)?', name: 'desk', component: () => import('./DeskPage.vue'), meta: { shell: true, for: 'staff', words: ['desk', 'chat'] } },
]
