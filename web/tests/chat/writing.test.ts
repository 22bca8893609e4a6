import { describe, expect, it } from 'vitest'
import { quickReplies } from '@/features/chat/replies'
import { looksLikeCode } from '@/features/chat/safety'
import { matches } from '@/features/chat/search'
import type { Talk } from '@/api/consult'
import { keepDraft, readDraft } from '@/lib/drafts'

describe('a code from a text message', () => {
  it('is six digits with, or right after, the word', () => {
    expect(looksLikeCode('验证码 482913')).toBe(true)
    expect(looksLikeCode('482913', ['他们让我报验证码'])).toBe(true)
  })

  it('is neither a telephone number, nor six digits of something else', () => {
    expect(looksLikeCode('验证码收不到，我的电话 13800138000')).toBe(false)
    expect(looksLikeCode('邮编 310000')).toBe(false)
    expect(looksLikeCode('482913', ['验证码', '好的', '邮编是多少'])).toBe(false)
  })
})

describe('quick replies', () => {
  const talk = (state: Talk['state'], off_hours = false) => ({ state, off_hours }) as Talk

  it('follow what is going on', () => {
    expect(quickReplies(talk('held'), undefined, 7)).toContain('wait')
    expect(quickReplies(talk('serving'), { seq: 3, author: 31, kind: 'text', body: '好', at: 0 }, 7)).toContain('thanks')
  })

  it('are none when it is not one’s turn, over, or a message for later', () => {
    expect(quickReplies(talk('serving'), { seq: 3, author: 7, kind: 'text', body: '好', at: 0 }, 7)).toEqual([])
    expect(quickReplies(talk('ended'), undefined, 7)).toEqual([])
    expect(quickReplies(talk('waiting', true), undefined, 7)).toEqual([])
    expect(quickReplies(undefined, undefined, 7)).toEqual([])
  })
})

describe('the search', () => {
  const desk = { key: 'labour', name: '甲省劳动和社会保障厅', short_name: '省劳动保障厅', english: 'Labour and Social Security' }

  it('finds a desk by any of its names, and a talk by its number', () => {
    for (const words of ['劳动', '保障厅', 'social', 'LABOUR', '']) expect(matches(words, desk)).toBe(true)
    expect(matches('zx2026', desk, 'ZX20261124-0001')).toBe(true)
    expect(matches('交通', desk)).toBe(false)
  })
})

describe('a draft', () => {
  it('is kept per person and desk until it is sent', () => {
    keepDraft(7, 'labour', '写了一半')
    expect(readDraft(7, 'labour')).toBe('写了一半')
    expect(readDraft(7, 'tax')).toBe('')
    expect(readDraft(null, 'labour')).toBe('')
    keepDraft(7, 'labour', '')
    expect(readDraft(7, 'labour')).toBe('')
  })
})
