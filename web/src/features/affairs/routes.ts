import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/affairs',
    component: () => import('./AffairsPage.vue'),
    meta: { shell: true, words: ['affairs', 'chat', 'portal'], for: 'signed-in' },
    children: [
      { path: '', name: 'affairs', component: () => import('./ConsultationsView.vue') },
      { path: 'consultations/:id(\\d+)', name: 'affairs-consultation', component: () => import('./ConsultationsView.vue') },
      { path: 'cases', name: 'affairs-cases', component: () => import('./CasesView.vue') },
      { path: 'cases/:id(\\d+)', name: 'affairs-case', component: () => import('./CasesView.vue') },
      { path: 'lookup', name: 'affairs-lookup', component: () => import('./LookUpView.vue') },
    ],
  },
  {
    path: '/affairs/consultations/:id(\\d+)/record',
    name: 'consultation-record',
    component: () => import('./RecordPage.vue'),
    meta: { words: ['affairs'], for: 'signed-in' },
  },
]
