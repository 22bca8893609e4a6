import { useEventListener } from '@vueuse/core'

/** F6 goes round the parts of the page (rail, list, conversation, composer, panel), Shift F6 the other way. */
export function useRegions(): void {
  useEventListener(document, 'keydown', (event) => {
    if (event.key !== 'F6' || event.ctrlKey || event.altKey) return
    const regions = visibleRegions()
    const here = regions.findIndex((region) => region.contains(document.activeElement))
    const step = event.shiftKey ? -1 : 1
    const next = regions[(here + step + regions.length) % regions.length]
    if (!next) return
    event.preventDefault()
    enter(next)
  })
}

function visibleRegions(): HTMLElement[] {
  const found = document.querySelectorAll<HTMLElement>('nav.rail, nav.tab-bar, [data-region]')
  return [...found].filter((region) => region.offsetParent !== null || region.getClientRects().length > 0)
}

function enter(region: HTMLElement): void {
  const inside = region.querySelector<HTMLElement>('textarea, a[href], button:not([tabindex="-1"]):not(:disabled), [tabindex="0"]')
  const target = region.tabIndex >= 0 ? region : (inside ?? region)
  if (target.tabIndex < 0 && !target.hasAttribute('tabindex')) target.tabIndex = -1
  target.focus()
}
