import { describe, expect, it } from 'vitest'
import type { StaffTalk, TransferOptions } from '@/api/desk'
import { forget, formOf, keep, missing, pieces, unfilled, wordsOf, type Form } from './transfer'

const talk = { id: 1, subject: '', question: '想问转移手续怎么办' } as StaffTalk
const options: TransferOptions = {
  departments: [{ key: 'tax', name: '省地税局', short_name: '', tile: '税', state: 'online', waiting: 0, eta_minutes: 0, opens_at: null, opens_text: null }],
  colleagues: [{ id: 8, name: '方小满', number: '02', on_post: true, takes: true, demo: false, active: 1, capacity: 5 }],
  back_offices: [{ key: 'pension', name: '养老保险处', parent: 'labour' }],
  destinations: [{ id: 4, name: '某区政府', phone: '0571-1', address: '某路 1 号', hours: '工作日 8:30–17:00' }, { id: 5, name: '某热线', phone: '123', address: '', hours: '每天' }],
  limits: [{ days: 5, due_at: '2026-12-01T17:30:00+08:00', warning: '', strip: [] }],
}
const form = (facts: Partial<Form>): Form => {
  forget(talk.id)
  return { ...formOf(talk, ['第一句', '第二句'], 'transfer'), ...facts }
}

describe('what the citizen is told', () => {
  it.each([
    [{ way: 'transfer', desk: 'tax' }, '这件事由省地税局负责，我帮您转过去，前面的话他们能看到，您不用重讲。'],
    [{ way: 'outside', destination: 4 }, '这件事由某区政府负责，电话 0571-1，地址 某路 1 号，工作日 8:30–17:00。您也可以拨打 12345。'],
    [{ way: 'outside', destination: 5 }, '这件事由某热线负责，电话 123，每天。您也可以拨打 12345。'],
    [{ way: 'colleague', officer: 8 }, '值班员方小满接着为您服务，前面的话都能看到，您不用重讲。'],
    [{ way: 'inquiry' }, ''],
  ] as [Partial<Form>, string][])('by %o', (facts, words) => {
    expect(wordsOf(form(facts), options)).toBe(words)
  })

  it('names office and day, and leaves open what only the service knows', () => {
    const words = wordsOf(form({ way: 'backOffice', office: 'pension' }), options)
    expect(words).toContain('已转养老保险处办理，编号 {编号}，12月1日（星期二）前答复您')
    expect(pieces(words).filter((piece) => 'place' in piece)).toEqual([{ place: '编号' }, { place: '查询码' }])
  })

  it('is not sent with an open place that nobody will fill', () => {
    expect(unfilled(wordsOf(form({ way: 'backOffice', office: 'pension' }), options))).toEqual([])
    expect(unfilled('这件事由{name}负责')).toEqual(['name'])
  })

  it('is what the officer made of it, per way', () => {
    const changed = form({ desk: 'tax', words: { transfer: '我帮您转过去。' } })
    expect(wordsOf(changed, options)).toBe('我帮您转过去。')
    expect(wordsOf({ ...changed, way: 'inquiry' }, options)).toBe('')
  })
})

describe('the form', () => {
  it('starts from the citizen\'s words', () => {
    expect(form({})).toMatchObject({ summary: '第一句\n第二句', subject: '想问转移手续怎么办', days: 5 })
  })

  it('comes back as it was left, and is empty after it was used', () => {
    keep(talk.id, form({ desk: 'tax' }))
    expect(formOf(talk, [], 'outside')).toMatchObject({ way: 'outside', desk: 'tax' })
    forget(talk.id)
    expect(formOf(talk, [], 'outside').desk).toBe('')
  })

  it.each([
    [{ way: 'transfer' }, 'desk'], [{ way: 'transfer', desk: 'tax', summary: ' ' }, 'summary'], [{ way: 'backOffice' }, 'office'],
    [{ way: 'outside' }, 'destination'], [{ way: 'inquiry', asked: 'tax' }, 'question'], [{ way: 'colleague' }, 'officer'], [{ way: 'transfer', desk: 'tax' }, null],
  ] as [Partial<Form>, string | null][])('says what is missing in %o', (facts, field) => {
    expect(missing(form(facts))).toBe(field)
  })
})
