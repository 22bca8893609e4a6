import { describe, expect, it } from 'vitest'
import { identifierOf, masked, phoneOf } from './identifier'

describe('who somebody is', () => {
  it('takes a mainland mobile number as people write it', () => {
    expect(identifierOf(' 138 1234 5206 ')).toEqual({ phone: '+8613812345206' })
  })

  it('keeps a country code', () => {
    expect(phoneOf('+44 20 7946 0958')).toBe('+442079460958')
    expect(phoneOf('0044 20 7946 0958')).toBe('+442079460958')
  })

  it('knows an address by its sign', () => {
    expect(identifierOf('li@example.cn')).toEqual({ email: 'li@example.cn' })
  })

  it('takes everything else for a username, also short numbers', () => {
    expect(identifierOf('12345')).toEqual({ username: '12345' })
    expect(identifierOf('西湖边的人')).toEqual({ username: '西湖边的人' })
  })

  it('hides the middle', () => {
    expect(masked({ phone: '+8613812345206' })).toBe('138****5206')
    expect(masked({ email: 'li@example.cn' })).toBe('l***@example.cn')
  })
})
