import { expect, it } from 'vitest'
import { iconNames } from './names'
import sprite from './sprite.svg?raw'

it('names every drawing of the sprite, and only those', () => {
  const drawn = [...sprite.matchAll(/id="i-([a-z-]+)"/g)].map(([, name]) => name)
  expect([...iconNames]).toEqual(drawn)
})

it('draws with the current colour only', () => {
  expect(sprite).not.toMatch(/(?:fill|stroke)="#[0-9a-f]+"/i)
})
