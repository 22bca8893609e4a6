import type { Inquiry } from '@/api/desk'
import { rowsOf, type BubbleRow, type Row } from '@/features/chat/rows'
import type { Entry } from '@/live/frames'
import type { Letter } from '@/live/outbox'
import type { StreamState } from '@/live/streams'

/** What only the officer sees between the messages. */
export interface NoteLine {
  type: 'note'
  key: string
  at: number
  author: number | null
  body: string
  state: 'sending' | 'stored' | 'failed'
  letter: Letter | null
}

export interface InquiryLine {
  type: 'inquiry'
  key: string
  at: number
  inquiry: Inquiry
  author: number | null
  body: string
  /** Written by the side that asked; the first of it is the question. */
  asking: boolean
}

/** A hold that still runs. */
export interface HoldLine {
  type: 'hold'
  key: string
  at: number
  entry: Entry
}

export type Line = Row | NoteLine | InquiryLine | HoldLine
type Extra = NoteLine | InquiryLine | HoldLine

export interface Sources {
  me: number | null
  citizen: number | null
  talk: StreamState | undefined
  notes: StreamState | undefined
  inquiries: readonly { inquiry: Inquiry; stream: StreamState | undefined }[]
  letters: readonly Letter[]
  held: boolean
}

/** The talk in its order, with notes and inquiries where they were written. The government is one side, the citizen the other. */
export function linesOf(from: Sources): Line[] {
  const talk = from.talk && { ...from.talk, marks: onlyOf(from.citizen, from.talk) }
  const base = rowsOf(from.me, talk, from.letters.filter((letter) => letter.stream === from.talk?.id)).map((row) => sided(row, from))
  const extras = [...notesOf(from), ...inquiriesOf(from), ...holdOf(from)].sort((a, b) => a.at - b.at)
  return rehead(merge(base, extras))
}

/** 已读 means that the citizen has read it. */
function onlyOf(citizen: number | null, talk: StreamState): StreamState['marks'] {
  return new Map([...talk.marks].filter(([party]) => party === citizen))
}

/** A colleague's answers stand on our side, too. */
function sided(row: Row, from: Sources): Row {
  if (row.type !== 'bubble' || row.own || row.author === from.citizen || from.citizen === null) return row
  return { ...row, own: true }
}

function notesOf(from: Sources): NoteLine[] {
  const entries = from.notes?.timeline.entries ?? []
  const here = new Set(entries.map((entry) => entry.key))
  const stored = entries.filter((entry) => entry.kind === 'text').map((entry): NoteLine => ({
    type: 'note', key: `n${entry.key ?? entry.seq}`, at: entry.at, author: entry.author, body: entry.body, state: 'stored', letter: null,
  }))
  const waiting = from.letters.filter((letter) => letter.stream === from.notes?.id && !here.has(letter.key)).map((letter): NoteLine => ({
    type: 'note', key: `n${letter.key}`, at: letter.at, author: from.me, body: letter.body, state: letter.progress === 'failed' ? 'failed' : 'sending', letter,
  }))
  return [...stored, ...waiting]
}

function inquiriesOf(from: Sources): InquiryLine[] {
  return from.inquiries.flatMap(({ inquiry, stream }) => {
    const texts = (stream?.timeline.entries ?? []).filter((entry) => entry.kind === 'text')
    const asker = texts[0]?.author ?? null
    return texts.map((entry): InquiryLine => ({
      type: 'inquiry', key: `q${inquiry.id}-${entry.seq}`, at: entry.at, inquiry, author: entry.author, body: entry.body, asking: entry.author === asker,
    }))
  })
}

function holdOf(from: Sources): HoldLine[] {
  const entry = from.held ? from.talk?.timeline.entries.findLast((one) => one.kind === 'hold') : undefined
  return entry ? [{ type: 'hold', key: `h${entry.seq}`, at: entry.at, entry }] : []
}

/** Extras go before the first line that is later, and before the time written above it. */
function merge(base: readonly Row[], extras: readonly Extra[]): Line[] {
  const lines: Line[] = []
  let next = 0
  base.forEach((row, n) => {
    const at = row.type === 'time' ? atOf(base[n + 1]) : atOf(row)
    while (extras[next] && at !== null && extras[next]!.at < at) lines.push(extras[next++]!)
    lines.push(row)
  })
  return [...lines, ...extras.slice(next)]
}

function atOf(row: Row | undefined): number | null {
  if (row?.type === 'bubble' || row?.type === 'time') return row.at
  return row?.type === 'line' || row?.type === 'card' ? row.entry.at : null
}

/** A run of one speaker ends where something else stands between. */
function rehead(lines: Line[]): Line[] {
  return lines.map((line, n) => (line.type === 'bubble' && !continues(lines[n - 1], line) ? { ...line, headed: true } : line))
}

function continues(before: Line | undefined, line: BubbleRow): boolean {
  return before?.type === 'bubble' && before.author === line.author
}

/** The newest words of another office that could go to the citizen. */
export function newestReply(lines: readonly Line[]): InquiryLine | undefined {
  return lines.findLast((line): line is InquiryLine => line.type === 'inquiry' && !line.asking)
}
