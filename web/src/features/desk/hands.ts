import { useEventListener, useLocalStorage } from '@vueuse/core'
import { actionOf, isMac, shortcut, type Action } from './keys'

/** Whether this is a keyboard with Command and Option. */
export const mac = isMac(navigator.platform)

/** Whether keys without Alt or Ctrl act; remembered on the device. */
export const useSingles = () => useLocalStorage('zwt.desk.singles', true)

/** `Alt W`, as it is printed on this keyboard. */
export const keysOf = (action: Action): string => shortcut(action, mac)

/** Hears every press on the page and does what it means; `does` says whether it did anything. */
export function useHands(does: (action: Action) => boolean): void {
  const singles = useSingles()
  useEventListener(document, 'keydown', (event) => {
    if (event.defaultPrevented) return
    const focus = document.activeElement as HTMLElement | null
    const where = { writing: isText(focus), onControl: isControl(focus), singles: singles.value, mac }
    const action = actionOf(event, where)
    if (action && !blocked(focus, action) && does(action)) event.preventDefault()
  })
}

/** The line of the open conversation does nothing more by itself: Enter on it goes on into the conversation. */
function isControl(focus: HTMLElement | null): boolean {
  const open = focus?.matches('[data-line][aria-current=true]') ?? false
  return !open && (focus?.matches('button, a, summary, [role=menuitem], [role=option]') ?? false)
}

/** An open dialog keeps the keys to itself. */
function blocked(focus: HTMLElement | null, action: Action): boolean {
  return action !== 'palette' && Boolean(focus?.closest('[role=dialog], [role=menu], [role=listbox]'))
}

function isText(focus: HTMLElement | null): boolean {
  return Boolean(focus?.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]'))
}
