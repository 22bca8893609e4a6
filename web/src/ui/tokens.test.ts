import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Theme = Record<string, string>

const css = readFileSync('src/ui/tokens.css', 'utf8')
const blocks = [...css.matchAll(/([^{}]+)\{([^{}]+)\}/g)].map(([, selector, body]) => ({ selector: selector!.trim(), body: body! }))

function theme(selector: string): Theme {
  const block = blocks.find((each) => each.selector.endsWith(selector))
  if (!block) throw new Error(`no block ${selector}`)
  return Object.fromEntries([...block.body.matchAll(/--([\w-]+):\s*(#[0-9A-Fa-f]{6});/g)].map(([, name, value]) => [name, value!.toUpperCase()]))
}

const light = theme(':root')
const chosenDark = theme('[data-theme=dark]')
const systemDark = theme(':root:not([data-theme])')
const dark = { ...light, ...chosenDark }

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(theme: Theme, front: string, back: string): number {
  const [a, b] = [front, back].map((name) => luminance(theme[name] ?? name)).sort((x, y) => y - x) as [number, number]
  return (a + 0.05) / (b + 0.05)
}

// The table of the design: pair, ratio in the light set, ratio in the dark set.
const table: [front: string, back: string, light: number, dark: number][] = [
  ['t1', 'surface', 16.1, 13.8], ['t1', 'own', 12.9, 9.0], ['t2', 'surface', 7.6, 9.1], ['t2', 'selected', 6.2, 6.7],
  ['t3', 'surface', 5.9, 7.0], ['t3', 'bg', 5.4, 7.7], ['t3', 'sunken', 5.1, 7.4], ['t3', 'selected', 4.9, 5.2], ['t3', 'own', 4.7, 4.5],
  ['on-badge', 'badge', 5.7, 5.7], ['focus', 'focus-in', 10.2, 11.4], ['primary', 'surface', 7.2, 8.0], ['primary', 'psoft', 6.1, 6.6],
  ['primary', 'selected', 5.9, 5.9], ['on-p', 'pfill', 7.2, 5.3], ['ok', 'ok-soft', 5.6, 6.6], ['warn', 'warn-soft', 5.9, 7.4],
  ['bad', 'bad-soft', 5.7, 6.8], ['rail-t', 'rail', 7.8, 9.7], ['line-strong', 'surface', 3.7, 4.4],
]

const texts: [string, string][] = [
  ['t1', 'surface'], ['t1', 'bg'], ['t1', 'own'], ['t1', 'other'], ['t1', 'note'], ['t1', 'raised'], ['t1', 'warn-soft'], ['t1', 'ok-soft'], ['t1', 'bad-soft'], ['t1', 'psoft'],
  ['t2', 'surface'], ['t2', 'bg'], ['t2', 'sunken'], ['t2', 'selected'], ['t2', 'hover'], ['t2', 'psoft'], ['t2', 'raised'],
  ['t3', 'surface'], ['t3', 'bg'], ['t3', 'sunken'], ['t3', 'selected'], ['t3', 'own'], ['t3', 'hover'], ['t3', 'raised'],
  ['primary', 'surface'], ['primary', 'bg'], ['primary', 'psoft'], ['primary', 'selected'], ['link', 'surface'], ['link', 'bg'], ['link', 'psoft'],
  ['on-p', 'pfill'], ['on-badge', 'badge'], ['rail-t', 'rail'], ['on-p', 'rail'], ['on-p', 'focus-in'],
  ['ok', 'ok-soft'], ['ok', 'surface'], ['warn', 'warn-soft'], ['warn', 'surface'], ['warn', 'note'], ['bad', 'bad-soft'], ['bad', 'surface'], ['bad', 'bg'],
  ...([1, 2, 3, 4, 5, 6].map((n) => ['on-hue', `hue${n}`]) as [string, string][]),
]

const graphics: [string, string][] = [
  ['line-strong', 'surface'], ['online', 'surface'], ['busy', 'surface'], ['away', 'surface'], ['off', 'surface'], ['focus', 'focus-in'],
  ...([1, 2, 3, 4].map((n) => [`c${n}`, 'surface']) as [string, string][]),
]

describe.each([['light', light], ['dark', dark]] as const)('contrast in the %s set', (name, set) => {
  it.each(table)('%s on %s is what the design says', (front, back, lightRatio, darkRatio) => {
    const said = name === 'light' ? lightRatio : darkRatio
    expect(Math.abs(contrast(set, front, back) - said)).toBeLessThanOrEqual(0.1)
  })

  it.each(texts)('text %s on %s reaches 4.5', (front, back) => {
    expect(contrast(set, front, back)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(graphics)('graphic %s on %s reaches 3', (front, back) => {
    expect(contrast(set, front, back)).toBeGreaterThanOrEqual(3)
  })
})

it('looks the same dark by choice and dark by system', () => {
  expect(systemDark).toEqual(chosenDark)
})
