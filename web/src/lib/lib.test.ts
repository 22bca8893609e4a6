import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { linkify } from './linkify'
import { keepQuestion, takeQuestion } from './question'
import { clock, dayOf, daysBetween, stopwatch, useWhen } from './when'

describe('addresses in plain text', () => {
  it('finds them between Chinese words and leaves the punctuation', () => {
    expect(linkify('见 https://zjzwfw.gov.cn/a?b=1。再问')).toEqual([
      { text: '见 ' },
      { text: 'https://zjzwfw.gov.cn/a?b=1', href: 'https://zjzwfw.gov.cn/a?b=1', domain: 'zjzwfw.gov.cn' },
      { text: '。再问' },
    ])
  })

  it('never makes a link of another scheme', () => {
    expect(linkify('javascript:alert(1) data:text/html,x')).toEqual([{ text: 'javascript:alert(1) data:text/html,x' }])
  })

  it('gives back the text it was given', () => {
    const text = 'a http://x.cn, b https://y.cn/(z) c http:// d'
    expect(linkify(text).map((piece) => piece.text).join('')).toBe(text)
  })
})

describe('time in the clock of the office', () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-24T10:20:00+08:00') }))
  afterEach(() => void vi.useRealTimers())

  function inWords<T>(ask: (when: ReturnType<typeof useWhen>) => T): T {
    let answer: T
    mount(defineComponent({ setup: () => { answer = ask(useWhen()); return () => h('i') } })).unmount()
    return answer!
  }

  it('shows an instant where the office is, wherever the reader is', () => {
    expect(clock('2026-11-24T02:06:00Z')).toBe('10:06')
    expect(dayOf('2026-11-24T16:30:00Z')).toBe('2026-11-25')
    expect(daysBetween('2026-11-24T15:00:00Z', '2026-11-24T16:30:00Z')).toBe(1)
  })

  it('counts like a stop watch', () => {
    expect([0, 108, 3723].map(stopwatch)).toEqual(['0:00', '1:48', '1:02:03'])
  })

  it('says today, yesterday, a day of this year, a day of another', () => {
    expect(inWords((when) => ['2026-11-24T08:00:00+08:00', '2026-11-23T08:00:00+08:00', '2026-08-12T08:00:00+08:00', '2025-12-31T08:00:00+08:00'].map(when.day))).toEqual(['今天', '昨天', '8月12日', '2025年12月31日'])
  })

  it('says how long something took', () => {
    expect(inWords((when) => [46, 106, 1680, 3720].map(when.duration))).toEqual(['46 秒', '1 分 46 秒', '28 分钟', '1 小时 2 分'])
  })
})

it('keeps a question for its desk, once', () => {
  keepQuestion('labour', '  养老保险怎么转？ ')
  expect(takeQuestion('tax')).toBeUndefined()
  expect(takeQuestion('labour')).toBe('养老保险怎么转？')
  expect(takeQuestion('labour')).toBeUndefined()
})
