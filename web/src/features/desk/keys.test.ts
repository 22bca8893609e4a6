import { describe, expect, it } from 'vitest'
import { actionOf, BINDINGS, isSingle, shortcut, shown, type Press, type Where } from './keys'

const press = (code: string, held: Partial<Press> = {}): Press => ({
  code, key: '', altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, repeat: false, isComposing: false, keyCode: 0, ...held,
})
const outside: Where = { writing: false, onControl: false, singles: true, mac: false }
const writing: Where = { ...outside, writing: true }

describe('keys at the desk', () => {
  it.each([
    ['KeyW', 'hold'], ['KeyT', 'transfer'], ['KeyH', 'backOffice'], ['KeyO', 'outside'], ['KeyB', 'inquiry'], ['KeyQ', 'complete'],
    ['KeyN', 'note'], ['Digit0', 'insert'], ['ArrowUp', 'previous'], ['ArrowDown', 'next'],
  ])('Alt and %s mean %s, also while writing', (code, action) => {
    expect(actionOf(press(code, { altKey: true }), writing)).toBe(action)
  })

  it.each([['KeyJ', 'next'], ['KeyK', 'previous'], ['KeyN', 'take'], ['KeyR', 'reply'], ['Enter', 'reply'], ['Slash', 'search']])(
    '%s alone means %s outside text only', (code, action) => {
      expect(actionOf(press(code), outside)).toBe(action)
      expect(actionOf(press(code), writing)).toBeNull()
      expect(actionOf(press(code), { ...outside, singles: false })).toBeNull()
    },
  )

  it('leaves Enter to the button it stands on', () => {
    expect(actionOf(press('Enter'), { ...outside, onControl: true })).toBeNull()
    expect(actionOf(press('KeyJ'), { ...outside, onControl: true })).toBe('next')
  })

  it('acts by the place of the key, whatever Option writes there', () => {
    const option = { ...press('KeyW', { altKey: true }), key: '∑' }
    expect(actionOf(option, { ...writing, mac: true })).toBe('hold')
  })

  it('takes Command for Ctrl on a Mac', () => {
    expect(actionOf(press('KeyK', { metaKey: true }), { ...writing, mac: true })).toBe('palette')
    expect(actionOf(press('KeyK', { ctrlKey: true }), { ...writing, mac: true })).toBeNull()
    expect(actionOf(press('KeyK', { ctrlKey: true }), writing)).toBe('palette')
  })

  it('does nothing while characters are being chosen, with AltGr, or with further keys held', () => {
    expect(actionOf(press('KeyJ', { isComposing: true }), outside)).toBeNull()
    expect(actionOf(press('KeyW', { altKey: true, keyCode: 229 }), writing)).toBeNull()
    expect(actionOf(press('KeyQ', { altKey: true, ctrlKey: true }), writing)).toBeNull()
    expect(actionOf(press('KeyW', { altKey: true, shiftKey: true }), writing)).toBeNull()
  })

  it('repeats only moving', () => {
    expect(actionOf(press('KeyJ', { repeat: true }), outside)).toBe('next')
    expect(actionOf(press('KeyN', { repeat: true }), outside)).toBeNull()
  })

  it('opens the list of keys by a question mark', () => {
    expect(actionOf(press('Slash', { shiftKey: true, key: '?' }), outside)).toBe('keys')
    expect(actionOf(press('KeyM', { shiftKey: true, key: '?' }), outside)).toBe('keys')
    expect(actionOf(press('Slash', { shiftKey: true, key: '?' }), writing)).toBeNull()
  })

  it('leaves Alt D, E and F to the browser', () => {
    for (const code of ['KeyD', 'KeyE', 'KeyF']) expect(actionOf(press(code, { altKey: true }), outside)).toBeNull()
  })

  it('gives no press two meanings', () => {
    const presses = BINDINGS.map((one) => `${one.with ?? ''} ${one.code}`)
    expect(new Set(presses).size).toBe(presses.length)
  })

  it('shows keys as they are printed', () => {
    expect(shortcut('hold', false)).toBe('Alt W')
    expect(shortcut('hold', true)).toBe('⌥W')
    expect(shown({ action: 'keys', code: 'Slash', with: 'Shift' }, false)).toEqual(['?'])
    expect(BINDINGS.filter(isSingle).map((one) => one.code)).not.toContain('F6')
  })
})
