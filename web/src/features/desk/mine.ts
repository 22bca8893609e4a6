import type { DeskRow } from '@/api/desk'
import type { StreamState } from '@/live/streams'

/** What a line of my conversations says, newest first: its desk's line, then what the talk itself has told since. */
export interface Standing {
  words: string
  /** The newest words are the government's. */
  ours: boolean
  unread: number
  /** Since when the citizen waits for an answer, ms; null when it is his turn. */
  owedSince: number | null
  lastAt: number
}

export function standingOf(row: DeskRow, stream: StreamState | undefined): Standing {
  const texts = (stream?.timeline.entries ?? []).filter((entry) => entry.kind === 'text' && !entry.withdrawn)
  const last = texts.at(-1)
  if (!stream || !last) return fromRow(row)
  const citizen = row.citizen.id
  const answered = texts.findLastIndex((entry) => entry.author !== citizen)
  return {
    words: corrected(stream, last.seq) ?? last.body,
    ours: last.author !== citizen,
    unread: texts.filter((entry) => entry.author === citizen && entry.seq > stream.lastRead).length,
    owedSince: texts[answered + 1]?.at ?? null,
    lastAt: last.at,
  }
}

/** The newest correction of an entry. */
function corrected(stream: StreamState, seq: number): string | undefined {
  return stream.timeline.entries.findLast((entry) => entry.kind === 'correct' && entry.data?.seq === seq)?.body
}

function fromRow(row: DeskRow): Standing {
  const { last_citizen_at: theirs, last_officer_at: ours } = row
  return {
    words: row.last?.kind === 'text' ? row.last.body : row.question,
    ours: row.last?.kind === 'text' && row.last.author !== row.citizen.id,
    unread: row.unread,
    owedSince: theirs !== null && theirs > (ours ?? 0) ? theirs : null,
    lastAt: row.last?.at ?? Date.parse(row.asked_at),
  }
}
