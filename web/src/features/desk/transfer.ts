import type { Colleague, Department, StaffTalk, TransferOptions } from '@/api/desk'
import { bare, dayInWords, fill, letters, places } from './letters'

/** The ways out of a desk. `inquiry`: only asked among the offices, the talk stays. */
export const WAYS = ['transfer', 'backOffice', 'outside', 'inquiry', 'colleague'] as const
export type Way = (typeof WAYS)[number]

export interface Form {
  way: Way
  desk: string
  office: string
  days: number
  destination: number | null
  asked: string
  officer: number | null
  subject: string
  summary: string
  question: string
  /** What the citizen is told, where the officer has changed it. */
  words: Partial<Record<Way, string>>
}

const SUBJECT = 30
const SUMMARY = 300
const USUAL_DAYS = 5

/** Entries outlive the dialog, per conversation, until it was really passed on. */
const kept = new Map<number, Form>()

export function formOf(talk: StaffTalk, said: readonly string[], way: Way): Form {
  const form = kept.get(talk.id) ?? blank(talk, said)
  kept.set(talk.id, form)
  form.way = way
  return form
}

export function keep(talk: number, form: Form): void {
  kept.set(talk, form)
}

export function forget(talk: number): void {
  kept.delete(talk)
}

/** The citizen's own words are the first draft of the summary; the officer checks them. */
function blank(talk: StaffTalk, said: readonly string[]): Form {
  return {
    way: 'transfer', desk: '', office: '', days: USUAL_DAYS, destination: null, asked: '', officer: null,
    subject: talk.subject || cut(talk.question, SUBJECT), summary: cut(said.join('\n') || talk.question, SUMMARY), question: '', words: {},
  }
}

function cut(text: string, length: number): string {
  const signs = [...text.trim()]
  return signs.length <= length ? signs.join('') : `${signs.slice(0, length - 1).join('')}…`
}

/** Places in the words that neither we nor the service will fill. */
export function unfilled(words: string): string[] {
  const known = [places.number, places.code, places.due, places.office].map(bare)
  return pieces(words).flatMap((piece) => ('place' in piece && !known.includes(piece.place) ? [piece.place] : []))
}

/** The first field that is still missing, for the form to point at. */
export function missing(form: Form): keyof Form | null {
  const needed: Record<Way, (keyof Form)[]> = {
    transfer: ['desk', 'summary'],
    backOffice: ['office', 'subject', 'summary'],
    outside: ['destination', 'subject'],
    inquiry: ['asked', 'question'],
    colleague: ['officer'],
  }
  return needed[form.way].find((name) => isEmpty(form[name])) ?? null
}

function isEmpty(value: Form[keyof Form]): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '')
}

/** What the citizen will be told: the officer's words, or ours with everything known filled in. */
export function wordsOf(form: Form, options: TransferOptions): string {
  return form.words[form.way] ?? usual(form, options)
}

function usual(form: Form, options: TransferOptions): string {
  switch (form.way) {
    case 'transfer':
      return fill(letters.transfer, { dept: nameOf(departmentOf(form, options)) })
    case 'backOffice':
      return fill(letters.backOffice, {
        [bare(places.office)]: options.back_offices.find((one) => one.key === form.office)?.name,
        [bare(places.due)]: dueOf(form, options),
      })
    case 'outside':
      return outside(options.destinations.find((one) => one.id === form.destination))
    case 'colleague':
      return fill(letters.handover, { name: colleagueOf(form, options)?.name })
    case 'inquiry':
      return ''
  }
}

/** Only what is known of the destination is told: not all of them have an address. */
function outside(to: TransferOptions['destinations'][number] | undefined): string {
  if (!to) return letters.outside.replace('{reach}', '')
  const { phone, address, hours } = letters.reach
  const reach = [to.phone && phone, to.address && address, to.hours && hours].filter(Boolean).map((part) => letters.comma + fill(part, { ...to }))
  return letters.outside.replace('{name}', to.name).replace('{reach}', reach.join(''))
}

function nameOf(one: Department | undefined): string | undefined {
  return one && (one.short_name || one.name)
}

function dueOf(form: Form, options: TransferOptions): string | null {
  const limit = options.limits.find((one) => one.days === form.days)
  return limit ? dayInWords(limit.due_at) : null
}

export function departmentOf(form: Form, options: TransferOptions): Department | undefined {
  return options.departments.find((one) => one.key === form.desk)
}

export function colleagueOf(form: Form, options: TransferOptions): Colleague | undefined {
  return options.colleagues.find((one) => one.id === form.officer)
}

export type Piece = { text: string } | { place: string }

/** A text with its open places apart, to be shown as something that is filled in later. */
export function pieces(text: string): Piece[] {
  return text.split(/(\{[^{}]{1,20}\})/).filter(Boolean).map((part) => (/^\{.+\}$/.test(part) ? { place: bare(part) } : { text: part }))
}
