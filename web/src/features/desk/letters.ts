import { dayOf } from '@/lib/when'
import wording from './wording.json'

/**
 * What is written to citizens. They are addressed in the language of the service whatever language the officer's page
 * has, so these words are data beside the code and no part of the translations.
 */
export const letters = wording.letters
export const places = wording.places

/** `12月1日（星期二）`, on the office's clock. */
export function dayInWords(at: string | number): string {
  const [year = 0, month = 1, day = 1] = dayOf(at).split('-').map(Number)
  const weekday = letters.weekdays[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? ''
  return fill(letters.day, { month, day, weekday })
}

/** Puts facts into `{places}`; a place without a fact stays as it is, to be seen and filled by hand. */
export function fill(text: string, facts: Readonly<Record<string, string | number | null | undefined>>): string {
  return text.replace(/\{([^{}]{1,20})\}/g, (place, name: string) => {
    const fact = facts[name]
    return fact === null || fact === undefined || fact === '' ? place : String(fact)
  })
}

export interface Known {
  citizen: { name: string; anonymous: boolean }
  number: string
  due: string | number | null
}

/** A ready phrase with the facts of this conversation in its places. */
export function fillPhrase(text: string, known: Known): string {
  return fill(text, {
    [bare(places.citizen)]: known.citizen.anonymous ? letters.you : known.citizen.name,
    [bare(places.number)]: known.number,
    [bare(places.due)]: known.due === null ? null : dayInWords(known.due),
  })
}

/** Where the first place still to be filled stands in a text; null when none is left. */
export function firstPlace(text: string): { start: number; end: number } | null {
  const found = /\{[^{}]{1,20}\}|……/.exec(text)
  return found ? { start: found.index, end: found.index + found[0].length } : null
}

export function bare(place: string): string {
  return place.slice(1, -1)
}
