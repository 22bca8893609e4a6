/** What a key can do at the desk. */
export type Action =
  | 'palette' | 'keys' | 'panel' | 'nextPane' | 'leave'
  | 'next' | 'previous' | 'take' | 'reply' | 'search'
  | 'hold' | 'transfer' | 'backOffice' | 'outside' | 'inquiry' | 'complete' | 'note' | 'insert'

export interface Binding {
  action: Action
  /** `KeyboardEvent.code`: the place on the keyboard, whatever the layout or Option makes of it. */
  code: string
  with?: 'Alt' | 'Ctrl' | 'Shift'
}

/** Without Alt or Ctrl a key acts only outside text fields, and can be switched off. */
export const BINDINGS: readonly Binding[] = [
  { action: 'palette', code: 'KeyK', with: 'Ctrl' },
  { action: 'panel', code: 'Period', with: 'Ctrl' },
  { action: 'nextPane', code: 'F6' },
  { action: 'leave', code: 'Escape' },
  { action: 'hold', code: 'KeyW', with: 'Alt' },
  { action: 'transfer', code: 'KeyT', with: 'Alt' },
  { action: 'backOffice', code: 'KeyH', with: 'Alt' },
  { action: 'outside', code: 'KeyO', with: 'Alt' },
  { action: 'inquiry', code: 'KeyB', with: 'Alt' },
  { action: 'complete', code: 'KeyQ', with: 'Alt' },
  { action: 'note', code: 'KeyN', with: 'Alt' },
  { action: 'insert', code: 'Digit0', with: 'Alt' },
  { action: 'previous', code: 'ArrowUp', with: 'Alt' },
  { action: 'next', code: 'ArrowDown', with: 'Alt' },
  { action: 'next', code: 'KeyJ' },
  { action: 'previous', code: 'KeyK' },
  { action: 'take', code: 'KeyN' },
  { action: 'reply', code: 'Enter' },
  { action: 'reply', code: 'KeyR' },
  { action: 'search', code: 'Slash' },
  { action: 'keys', code: 'Slash', with: 'Shift' },
]

export type Press = Pick<KeyboardEvent, 'code' | 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'repeat' | 'isComposing' | 'keyCode'>

export interface Where {
  /** The focus is in a text field. */
  writing: boolean
  /** The focus is on something Enter or Space acts on. */
  onControl: boolean
  /** Keys without Alt or Ctrl are wanted. */
  singles: boolean
  mac: boolean
}

const REPEATING = new Set<Action>(['next', 'previous'])
const EVERYWHERE = new Set(['F6', 'Escape'])
const COMPOSING = 229

/** What a press means here; null when it is nobody's, or somebody is choosing characters with it. */
export function actionOf(press: Press, where: Where): Action | null {
  if (press.isComposing || press.keyCode === COMPOSING) return null
  const binding = BINDINGS.find((one) => isPressed(one, press, where.mac))
  if (!binding || (press.repeat && !REPEATING.has(binding.action))) return null
  return !isSingle(binding) || allowed(binding, where) ? binding.action : null
}

/** The question mark is where the layout has it; everything else goes by the place of the key. */
function isPressed(binding: Binding, press: Press, mac: boolean): boolean {
  if (binding.action === 'keys') return press.key === '?' && !press.altKey && !press.ctrlKey && !press.metaKey
  return press.key !== '?' && binding.code === press.code && held(press, mac) === (binding.with ?? '')
}

function allowed(binding: Binding, where: Where): boolean {
  return where.singles && !where.writing && !(where.onControl && binding.code === 'Enter')
}

/** A key a person could also be typing with. */
export function isSingle(binding: Binding): boolean {
  return binding.with !== 'Alt' && binding.with !== 'Ctrl' && !EVERYWHERE.has(binding.code)
}

/** AltGr is Ctrl and Alt together and writes characters: it is neither. */
function held(press: Press, mac: boolean): string {
  const ctrl = mac ? press.metaKey : press.ctrlKey
  const other = mac ? press.ctrlKey : press.metaKey
  const names = [press.altKey && 'Alt', ctrl && 'Ctrl', press.shiftKey && 'Shift', other && 'Other'].filter(Boolean)
  return names.join('+')
}

const DRAWN: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', Slash: '/', Period: '.', Escape: 'Esc' }
const MAC: Record<string, string> = { Alt: '⌥', Ctrl: '⌘', Shift: '⇧' }

/** The keys of a binding as printed on the keyboard. */
export function shown(binding: Binding, mac: boolean): string[] {
  if (binding.code === 'Slash' && binding.with === 'Shift') return ['?']
  const key = DRAWN[binding.code] ?? binding.code.replace(/^(Key|Digit)/, '')
  return binding.with ? [mac ? MAC[binding.with]! : binding.with, key] : [key]
}

/** For a hint inside a button: `Alt W`. */
export function shortcut(action: Action, mac: boolean): string {
  const binding = BINDINGS.find((one) => one.action === action)
  return binding ? shown(binding, mac).join(mac ? '' : ' ') : ''
}

export function isMac(platform: string): boolean {
  return /mac|iphone|ipad/i.test(platform)
}
