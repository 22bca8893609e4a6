import type { ObjectDirective } from 'vue'

export interface Tip {
  text?: string
  shortcut?: string
}

const delay = 400
const edge = 8

let bubble: HTMLElement | undefined
let timer: ReturnType<typeof setTimeout> | undefined
let owner: HTMLElement | undefined
const tips = new WeakMap<HTMLElement, Tip>()

/** Shows a line of words beside an element on hover and keyboard focus; Escape and leaving put it away. */
export const vTip: ObjectDirective<HTMLElement, Tip | string | undefined> = {
  mounted(element, { value }) {
    tips.set(element, asTip(value))
    element.addEventListener('pointerenter', onEnter)
    element.addEventListener('pointerleave', hide)
    element.addEventListener('pointerdown', hide)
    element.addEventListener('focus', onFocus)
    element.addEventListener('blur', hide)
  },
  updated(element, { value }) {
    tips.set(element, asTip(value))
  },
  beforeUnmount(element) {
    if (owner === element) hide()
  },
}

function asTip(value: Tip | string | undefined): Tip {
  return typeof value === 'object' ? value : { text: value }
}

function onEnter(event: PointerEvent): void {
  if (event.pointerType === 'touch') return
  const element = event.currentTarget as HTMLElement
  clearTimeout(timer)
  timer = setTimeout(() => show(element), delay)
}

function onFocus(event: FocusEvent): void {
  const element = event.currentTarget as HTMLElement
  if (element.matches(':focus-visible')) show(element)
}

function show(element: HTMLElement): void {
  const tip = tips.get(element)
  if (!tip?.text || !element.isConnected) return
  owner = element
  bubble ??= makeBubble()
  bubble.replaceChildren(tip.text)
  if (tip.shortcut) {
    const key = document.createElement('kbd')
    key.textContent = tip.shortcut
    bubble.append(key)
  }
  document.body.append(bubble)
  place(bubble, element)
  window.addEventListener('keydown', onKey, true)
  window.addEventListener('scroll', hide, true)
}

function hide(): void {
  clearTimeout(timer)
  owner = undefined
  bubble?.remove()
  window.removeEventListener('keydown', onKey, true)
  window.removeEventListener('scroll', hide, true)
}

function onKey(event: KeyboardEvent): void {
  if (event.key === 'Escape') hide()
}

function makeBubble(): HTMLElement {
  const element = document.createElement('div')
  element.className = 'tip'
  element.setAttribute('role', 'tooltip')
  return element
}

function place(element: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect()
  const own = element.getBoundingClientRect()
  const below = at.bottom + 6
  const top = below + own.height + edge > window.innerHeight ? at.top - own.height - 6 : below
  const left = Math.min(Math.max(at.left + at.width / 2 - own.width / 2, edge), window.innerWidth - own.width - edge)
  element.style.top = `${top}px`
  element.style.left = `${left}px`
}
