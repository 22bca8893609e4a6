import { defineAsyncComponent, onMounted, ref, watch, type Component, type Ref } from 'vue'

type Load = () => Promise<{ default: Component }>

/** A layer over the page whose code is fetched once the page is used, or at the latest when it first opens. */
export function useLater(load: Load, open: Ref<boolean>) {
  const wanted = ref(open.value)
  watch(open, (now) => (wanted.value ||= now))
  onMounted(() => whenUsed(() => void load().catch(() => undefined)))
  return { panel: defineAsyncComponent(load), wanted }
}

const signs = ['pointermove', 'pointerdown', 'keydown'] as const
const used = new Promise<void>((begin) => signs.forEach((sign) => addEventListener(sign, () => begin(), { once: true, passive: true })))

/** When the reader has begun to use the page, and the browser is idle: a page that is only read needs none of it. */
export function whenUsed(run: () => void): void {
  void used.then(() => whenIdle(run))
}

export function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run)
  else setTimeout(run, 1000)
}
