import { useEventListener, useResizeObserver } from '@vueuse/core'
import { nextTick, ref, watch, type Ref } from 'vue'

const NEAR_END = 64
const NEAR_TOP = 160

/**
 * A pane that stays at its end while one is there, and never jumps while one reads above: what is put in front keeps
 * the place, what comes behind is only counted.
 */
export function useScrolling(pane: Ref<HTMLElement | null>, first: () => string | undefined, older: () => void) {
  const atEnd = ref(true)
  let height = 0

  function look(): void {
    const box = pane.value
    if (!box) return
    atEnd.value = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END
    height = box.scrollHeight
    if (box.scrollTop < NEAR_TOP) older()
  }

  function toBottom(): void {
    const box = pane.value
    if (!box) return
    box.scrollTop = box.scrollHeight
    look()
  }

  /** Called after what is shown has changed. */
  async function settle(): Promise<void> {
    await nextTick()
    if (atEnd.value) toBottom()
  }

  watch(
    first,
    async (now, before) => {
      const box = pane.value
      if (!box || before === undefined || now === undefined || atEnd.value) return
      const [from, top] = [box.scrollHeight, box.scrollTop]
      await nextTick()
      box.scrollTop = top + box.scrollHeight - from
      height = box.scrollHeight
    },
    { flush: 'pre' },
  )

  useEventListener(pane, 'scroll', look, { passive: true })
  useResizeObserver(pane, () => {
    if (atEnd.value) toBottom()
    else if (pane.value && pane.value.scrollHeight !== height) look()
  })

  return { atEnd, toBottom, settle }
}
