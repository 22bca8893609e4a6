import { describe, expect, it } from 'vitest'
import { advise } from './check'
import { dayInWords, fill, fillPhrase, firstPlace } from './letters'

const verdict = (text: string, own?: string[]) => Object.fromEntries(advise(text, own).map((one) => [one.key, one.ok]))

describe('advice before sending', () => {
  it('has nothing to say of an empty box', () => {
    expect(advise('  ')).toEqual([])
  })

  it('is content with an answer that names who, where and until when', () => {
    expect(verdict('您好，这件事我再核实一下，12月1日前答复您，请凭身份证到社区窗口办理。')).toEqual({ address: true, banned: true, ground: true, deadline: true })
  })

  it.each([['我不知道。', '不知道'], ['会尽快办好的', '尽快'], ['你去问问', '你'], ['请放心！', '！']])('objects to the words in %s', (text, word) => {
    expect(advise(text).find((one) => one.key === 'banned')).toEqual({ key: 'banned', ok: false, found: [word] })
  })

  it('notices what a phrase left open', () => {
    expect(advise('您好，{截止日}前答复您。')[0]).toEqual({ key: 'places', ok: false, found: ['{截止日}'] })
  })

  it('misses the form of address', () => {
    expect(verdict('可以办。').address).toBe(false)
  })

  it('asks for a date only where something is promised', () => {
    expect(verdict('您的缴费记录我们会核对。').deadline).toBe(false)
    expect(verdict('您可以到社区窗口办理。')).not.toHaveProperty('deadline')
  })

  it('warns of other people\'s numbers and not of the citizen\'s own', () => {
    expect(advise('请您联系 13900000000').find((one) => one.key === 'numbers')?.found).toEqual(['13900000000'])
    expect(verdict('请您联系 13900000000', ['13900000000'])).not.toHaveProperty('numbers')
    expect(verdict('您的编号是 ZX20261124139000000001')).not.toHaveProperty('numbers')
  })
})

describe('places in a phrase', () => {
  const known = { citizen: { name: '方小满', anonymous: false }, number: 'ZX20261124-0001', due: '2026-12-01T17:30:00+08:00' }

  it('are filled with what is known of the conversation', () => {
    expect(fillPhrase('{称呼}，编号 {编号}，{截止日}前答复。', known)).toBe('方小满，编号 ZX20261124-0001，12月1日（星期二）前答复。')
  })

  it('address somebody anonymous politely and stay open without a fact', () => {
    expect(fillPhrase('{称呼}，{截止日}前答复。', { ...known, citizen: { name: '匿名用户', anonymous: true }, due: null })).toBe('您，{截止日}前答复。')
  })

  it('are found for the caret', () => {
    expect(firstPlace('转{承办}办理')).toEqual({ start: 1, end: 5 })
    expect(firstPlace('按《……》办')).toEqual({ start: 2, end: 4 })
    expect(firstPlace('好的')).toBeNull()
  })

  it('know nothing of each other', () => {
    expect(fill('{a}{b}', { a: '{b}', b: 'x' })).toBe('{b}x')
  })

  it('say the day on the office\'s clock', () => {
    expect(dayInWords(Date.parse('2026-11-30T17:00:00Z'))).toBe('12月1日（星期二）')
  })
})
