import { defineStore } from 'pinia'
import { ref } from 'vue'

export interface Toast {
  id: number
  text: string
  tone: 'info' | 'ok' | 'bad'
  action?: { label: string; run: () => void }
}

const shownFor = 5000

/** Short news at the edge of the page. What failed, and what offers an action, stays until it is put away. */
export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let last = 0

  function show(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}): number {
    const toast: Toast = { id: ++last, text, tone: 'info', ...options }
    toasts.value = [...toasts.value.slice(-2), toast]
    if (toast.tone !== 'bad' && !toast.action) setTimeout(() => dismiss(toast.id), shownFor)
    return toast.id
  }

  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }

  return { toasts, show, dismiss }
})
