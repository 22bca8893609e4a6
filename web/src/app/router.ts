import { nextTick } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalized, type Router, type RouteRecordRaw } from 'vue-router'
import { useBadges } from './badges'
import { loadWords, type Feature } from './i18n'
import { useSession } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Files of words the page needs besides `common`. */
    words?: Feature[]
    /** Who may see the page; nobody signed in goes to sign-in and comes back. */
    for?: 'signed-in' | 'staff'
    /** Shown inside the shell with rail and tab bar. */
    shell?: boolean
    /** Key of the words for the title of the page. */
    title?: string
  }
}

/** Every feature brings its own pages in `features/<name>/routes.ts`; a page that does not exist has no entry anywhere. */
const features = import.meta.glob<{ routes: RouteRecordRaw[] }>('../features/*/routes.ts', { eager: true })

const lost: RouteRecordRaw = { path: '/:rest(.*)*', name: 'not-found', component: () => import('./NotFoundPage.vue') }

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory('/'),
    routes: [...Object.values(features).flatMap((feature) => feature.routes), lost],
    scrollBehavior: (to, _from, saved) => saved ?? (to.hash ? { el: to.hash } : { top: 0 }),
  })

  router.beforeEach(async (to) => {
    fetchAhead(to)
    const session = useSession()
    await Promise.all([loadWords(to.meta.words ?? []), to.meta.for && session.load().catch(() => undefined)])
    if (!to.meta.for || !session.me) return true
    if (!session.user) return { name: 'login', query: { next: to.fullPath } }
    return to.meta.for === 'staff' && !session.staff ? { name: 'chat' } : true
  })

  router.afterEach((to, from) => {
    useBadges().page = to.meta.title
    if (from.matched.length && from.matched[0] !== to.matched[0]) void nextTick(focusContent)
  })

  return router
}

/** Begins to fetch the pages of a route while its words are on the way; the router fetches them only after its guards. */
function fetchAhead(to: RouteLocationNormalized): void {
  for (const { components } of to.matched) {
    const page = components?.default
    if (typeof page === 'function') void (page as () => Promise<unknown>)().catch(() => undefined)
  }
}

/** On another page the reader begins at its content, by keyboard and by ear too. */
function focusContent(): void {
  if (document.activeElement === document.body || !document.activeElement?.closest('#content')) document.getElementById('content')?.focus({ preventScroll: true })
}
