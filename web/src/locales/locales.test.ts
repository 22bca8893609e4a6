import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Words = { [key: string]: string | Words }

const folder = 'src/locales'
const files = readdirSync(`${folder}/zh-CN`)
const read = (locale: string, file: string) => JSON.parse(readFileSync(`${folder}/${locale}/${file}`, 'utf8')) as Words

function flat(words: Words, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) => (typeof value === 'string' ? [[path + key, value] as [string, string]] : flat(value, `${path}${key}.`)))
}

const keys = (words: Words) => flat(words).map(([key]) => key).sort()
const variables = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort()

it('has the same files in both languages', () => {
  expect(readdirSync(`${folder}/en`)).toEqual(files)
})

describe.each(files)('%s', (file) => {
  const chinese = read('zh-CN', file)
  const english = read('en', file)

  it('has the same keys in both languages', () => {
    expect(keys(english)).toEqual(keys(chinese))
  })

  it('fills the same places in both languages', () => {
    const other = Object.fromEntries(flat(english))
    const differing = flat(chinese).filter(([key, text]) => variables(text).join() !== variables(other[key] ?? '').join())
    expect(differing).toEqual([])
  })

  it('keeps Chinese out of the English and exclamation marks out of both', () => {
    const allowed = ['language.zh-CN']
    expect(flat(english).filter(([key, text]) => /[\u4e00-\u9fff]/.test(text) && !allowed.includes(key))).toEqual([])
    expect([...flat(english), ...flat(chinese)].filter(([, text]) => /[!！]/.test(text))).toEqual([])
  })
})

it('gives no key two meanings in two files', () => {
  const all = files.flatMap((file) => keys(read('zh-CN', file)))
  expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([])
})
