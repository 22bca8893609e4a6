import { computed, ref } from 'vue'

interface InstallPrompt extends Event {
  prompt: () => Promise<void>
  userChoice: Promise<{ outcome: 'accepted' | 'dismissed' }>
}

const offer = ref<InstallPrompt>()
const installed = ref(matchMedia('(display-mode: standalone)').matches)

// The browser offers once, early; the offer is kept for whoever asks.
window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  offer.value = event as InstallPrompt
})
window.addEventListener('appinstalled', () => {
  installed.value = true
  offer.value = undefined
})

/** Installing the client on this device, where the browser can. */
export function useInstall() {
  const possible = computed(() => offer.value !== undefined)

  async function install(): Promise<void> {
    const prompt = offer.value
    if (!prompt) return
    offer.value = undefined
    await prompt.prompt()
    if ((await prompt.userChoice).outcome === 'accepted') installed.value = true
  }

  return { possible, installed, install }
}
