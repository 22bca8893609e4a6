import { defineAsyncComponent, onMounted, ref, watch, type Component, type Ref } from 'vue'

type Load = () => Promise<{ default: Component }>

/** A layer over the page whose code is fetched when the browser is idle, or at the latest when it first opens. */
export function useLater(load: Load, open: Ref<boolean>) {
  const wanted = ref(open.value)
  watch(open, (now) => (wanted.value ||= now))
  onMounted(() => whenIdle(() => void load().catch(() => undefined)))
  return { panel: defineAsyncComponent(load), wanted }
}

export function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run)
  else setTimeout(run, 1000)
}
