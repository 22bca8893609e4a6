import { onMounted, onUpdated, type Ref } from 'vue'

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }

/**
 * One tab stop for a list of controls marked `data-row`: arrows move between them, Home and End to the ends.
 * In a grid, controls marked `data-columns` say how far one line down is.
 */
export function useRoving(root: Ref<HTMLElement | null>): { move(event: KeyboardEvent): void } {
  const all = () => [...(root.value?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]

  function stop(at: HTMLElement | undefined): void {
    for (const control of all()) control.tabIndex = control === at ? 0 : -1
  }

  function keepOneStop(): void {
    const controls = all()
    const present = controls.find((control) => control === document.activeElement)
    const current = controls.find((control) => control.getAttribute('aria-current') === 'true')
    stop(present ?? current ?? controls[0])
  }

  function move(event: KeyboardEvent): void {
    const controls = all()
    const at = controls.indexOf(document.activeElement as HTMLElement)
    const next = target(event, controls, at)
    if (at < 0 || !next) return
    event.preventDefault()
    stop(next)
    next.focus()
  }

  onMounted(keepOneStop)
  onUpdated(keepOneStop)
  return { move }
}

function target(event: KeyboardEvent, controls: HTMLElement[], at: number): HTMLElement | undefined {
  const columns = Number(controls[at]?.dataset.columns ?? 1)
  if (event.key === 'Home') return controls[0]
  if (event.key === 'End') return controls.at(-1)
  if (event.key === 'ArrowRight' && columns > 1) return controls[at + 1]
  if (event.key === 'ArrowLeft' && columns > 1) return controls[at - 1]
  const step = STEPS[event.key]
  if (step === undefined) return undefined
  const far = controls[at + step * columns]
  return far && far.dataset.columns === controls[at]?.dataset.columns ? far : edge(controls, at, step)
}

/** Out of a grid or into one: the next control of another kind. */
function edge(controls: HTMLElement[], at: number, step: number): HTMLElement | undefined {
  for (let n = at + step; controls[n]; n += step) {
    if (controls[n]?.dataset.columns !== controls[at]?.dataset.columns) return controls[n]
  }
  return undefined
}
