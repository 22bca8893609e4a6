import wording from './wording.json'

/** Advice on an answer before it is sent; it never holds anything back. */
export interface Advice {
  key: 'places' | 'address' | 'banned' | 'ground' | 'deadline' | 'numbers'
  ok: boolean
  /** The words or numbers it is about. */
  found: readonly string[]
}

const rule = Object.fromEntries(
  Object.entries(wording.check).map(([name, words]) => [name, new RegExp(Array.isArray(words) ? words.join('|') : words, 'g')]),
) as Record<keyof typeof wording.check, RegExp>

const LONG_ENOUGH = 12

/** `own`: telephone and identity numbers of the citizen himself, which need no warning. */
export function advise(text: string, own: readonly string[] = []): Advice[] {
  const words = text.trim()
  if (!words) return []
  const banned = unique([...found(words, rule.banned), ...found(words, rule.familiar), ...found(words, rule.shouting)])
  const numbers = unique([...found(words, rule.phone), ...found(words, rule.idNumber)]).filter((one) => !own.includes(one))
  const advice: Advice[] = [
    { key: 'address', ok: found(words, rule.address).length > 0, found: [] },
    { key: 'banned', ok: banned.length === 0, found: banned },
  ]
  if (words.length >= LONG_ENOUGH) advice.push({ key: 'ground', ok: found(words, rule.ground).length > 0, found: [] })
  if (found(words, rule.promised).length > 0) advice.push({ key: 'deadline', ok: found(words, rule.dated).length > 0, found: [] })
  if (numbers.length > 0) advice.push({ key: 'numbers', ok: false, found: numbers })
  const open = found(words, rule.places)
  if (open.length > 0) advice.unshift({ key: 'places', ok: false, found: unique(open) })
  return advice
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([words]) => words)
}

function unique(words: string[]): string[] {
  return [...new Set(words)]
}
