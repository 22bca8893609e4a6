import { http } from './http'
import type { Entry } from '@/live/frames'

export type TalkState = 'waiting' | 'serving' | 'held' | 'ended'
export type Outcome = 'answered' | 'consulted' | 'transferred' | 'back_office' | 'outside' | 'withdrawn'
export type Level = 1 | 2 | 3 | 4 | 5

export interface Desk {
  key: string
  name: string
  short_name: string
  tile: string
  phone: string
}

export interface Officer {
  id: number
  name: string
  number: string
  present: boolean
  declared: 'online' | 'busy' | 'away'
}

export interface Hold {
  reason: string
  asking: { key: string; name: string } | null
  started_at: string
  promised_at: string
}

export interface Destination {
  name: string
  phone: string
  address: string
  hours: string
}

export interface CaseFacts {
  number: string
  code: string
  /** Milliseconds since 1970. */
  due_at: number
  office: string
}

/** One consultation as the citizen sees it. The staff see more; see the desk. */
export interface Talk {
  id: number
  number: string
  state: TalkState
  desk: Desk
  officer: Officer | null
  stream: number
  question: string
  citizen: { id: number; name: string; verified: boolean; anonymous: boolean }
  place: number | null
  eta_minutes: number | null
  off_hours: boolean
  opens_at: string | null
  due_at: string | null
  asked_at: string
  accepted_at: string | null
  first_reply_at: string | null
  ended_at: string | null
  outcome: Outcome | null
  subject: string
  destination: Destination | null
  case: CaseFacts | null
  rating: { level: Level; reasons: string[]; words: string } | null
  may_rate: boolean
  hold: Hold | null
  people: Record<string, { name: string; number?: string | null; desk?: string | null }>
  last_seq: number
  last_read: number
  marks: Record<string, number>
}

/** A line of the citizen's own list. */
export interface TalkRow {
  id: number
  number: string
  state: TalkState
  desk: Desk
  officer_name: string | null
  stream: number
  question: string
  off_hours: boolean
  asked_at: string
  ended_at: string | null
  outcome: Outcome | null
  subject: string
  may_rate: boolean
  rated: Level | null
  last_seq: number
  last_read: number
  last: { kind: string; body: string; at: number; author: number | null } | null
}

/** Everything that was said and that happened, to print or to keep. */
export interface TalkRecord {
  number: string
  desk: string
  citizen: string
  asked_at: string
  ended_at: string | null
  outcome: string
  subject: string
  printed_at: string
  lines: { seq: number; at: string; who: string; kind: string; text: string }[]
}

export interface Page<Item> {
  items: Item[]
  next: string | number | null
}

export const consultations = {
  ask: (desk: string, body: string, key: string) => http.post<Talk>('/api/consultations', { desk, body, key }),
  mine: (query: { state?: string; after?: string | number } = {}) => http.get<Page<TalkRow>>('/api/consultations', { query }),
  one: (id: number, signal?: AbortSignal) => http.get<Talk>(`/api/consultations/${id}`, { signal }),
  entries: (id: number, query: { after?: number; before?: number; limit?: number }) =>
    http.get<{ items: Entry[]; more: boolean }>(`/api/consultations/${id}/entries`, { query }),
  record: (id: number) => http.get<TalkRecord>(`/api/consultations/${id}/record`),
  end: (id: number) => http.post<Talk>(`/api/consultations/${id}/end`, {}),
  rate: (id: number, rating: { level: Level; reasons: string[]; words: string }) =>
    http.post<Talk>(`/api/consultations/${id}/rating`, rating),
  recall: (id: number, seq: number) => http.post<unknown>(`/api/consultations/${id}/recall`, { seq }),
  leaveMessage: (id: number) => http.post<Talk>(`/api/consultations/${id}/leave-message`, {}),
}
