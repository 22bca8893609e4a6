import { mac } from './hands'

/** Ctrl Enter (Command Enter) says yes to the form it is pressed in. */
export function useConfirm(yes: () => void) {
  function press(event: KeyboardEvent): void {
    const held = mac ? event.metaKey : event.ctrlKey
    if (event.code !== 'Enter' || !held || event.isComposing || event.repeat) return
    event.preventDefault()
    yes()
  }
  return { press, keys: mac ? '⌘⏎' : 'Ctrl Enter' }
}
