import { ref } from 'vue'

/** True when a newer version has been fetched and a reload would show it. */
export const newVersion = ref(false)

/** Registers the service worker, which keeps the shell of the page for times without network. */
export function keepFresh(): void {
  if (!('serviceWorker' in navigator)) return
  const hadOne = Boolean(navigator.serviceWorker.controller)
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (hadOne) newVersion.value = true
  })
  void navigator.serviceWorker.register('/sw.js', { scope: '/' }).catch(() => undefined)
}
