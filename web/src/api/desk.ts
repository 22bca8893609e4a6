import { http } from './http'
import type { Destination, Hold, Outcome, Page, Talk, TalkState } from './consult'
import type { Presence } from '@/ui/presence'

export type Declared = 'online' | 'busy' | 'away'

export interface LastEntry {
  kind: string
  body: string
  at: number
  author: number | null
}

/** One line of a desk's lists, whole: the same in the snapshot and on the desk's stream. */
export interface DeskRow {
  id: number
  number: string
  /** The desk's key. */
  desk: string
  state: TalkState
  /** `id` is null and the name masked until somebody has accepted. */
  citizen: { id: number | null; name: string; verified: boolean; anonymous: boolean }
  subject: string
  question: string
  asked_at: string
  entered_at: string
  off_hours: boolean
  /** 0: a message to be answered first · 1: waiting live · 2: a message left while waiting. */
  rank: number
  due_at: string | null
  offered_to: number | null
  offer_ends: string | null
  /** Kept for one colleague to whom it is being handed. */
  only_for: number | null
  officer: number | null
  hold: Hold | null
  stream: number
  last: LastEntry | null
  last_citizen_at: number | null
  last_officer_at: number | null
  unread: number
}

export interface DeskFace {
  key: string
  name: string
  short_name: string
  tile: string
  stream: number
  /** The snapshot holds this desk's stream up to here. */
  as_of: number
  accept_seconds: number
}

export interface MyDuty {
  declared: Declared
  on_duty: boolean
  shift: { desk: string; start: string; end: string } | null
}

export interface MyDesk extends MyDuty {
  capacity: number
  active: number
  today: { served: number; first_reply_seconds: number | null; satisfied: number | null }
}

export interface DeskSnapshot {
  desks: DeskFace[]
  me: MyDesk
  mine: DeskRow[]
  waiting: DeskRow[]
  messages: DeskRow[]
  /** Whether each list goes on after its first fifty. */
  more: { waiting: number | null; messages: number | null }
}

/** A consultation as its officer sees it. */
export interface StaffTalk extends Talk {
  notes_stream: number | null
  previous_count: number | null
}

/** What the same citizen asked the same desk before. */
export interface Previous {
  id: number
  number: string
  state: TalkState
  desk: { key: string; name: string; short_name: string; tile: string }
  question: string
  subject: string
  asked_at: string
  outcome: Outcome | null
  stream: number
}

/** The citizen as the desk may see him: numbers masked, null where nothing is known or nobody has accepted. */
export interface CitizenCard {
  name: string
  verified: boolean
  anonymous: boolean
  phone_masked: string | null
  email_masked: string | null
  region: string
  joined_at: string | null
  open_cases: number
}

export interface Context {
  citizen: CitizenCard
  previous: Previous[]
  inquiries: Inquiry[]
}

export interface Phrase {
  id: number
  scope: 'own' | 'department' | 'province'
  title: string
  body: string
  initials: string
}

/** A question between offices; `last` is the newest word in it. */
export interface Inquiry {
  id: number
  consultation: number
  number: string
  stream: number
  asked_by: string
  from: { key: string; name: string }
  to: { key: string; name: string }
  question: string
  asked_at: string
  answered_at: string | null
  answered_by: string | null
  last: string
}

export interface DeskCase {
  id: number
  number: string
  state: 'registered' | 'accepted' | 'answered'
  office: { key: string; name: string; short_name: string; tile: string }
  summary: string
  consultation: number
  opened_at: string
  due_at: string
  provisional: boolean
  late: boolean
  chip: { key: string; days: number } | null
  citizen_name: string
  handler: string | null
}

/** One date of the strip below a time limit. `name`: why it is a rest day, or a special working day. */
export interface StripDay {
  /** `2026-11-24` */
  date: string
  kind: 'today' | 'counted' | 'rest' | 'due'
  number: number
  label: string
  name: string
}

export interface TimeLimit {
  days: number
  due_at: string
  /** Why the date may still move; empty when it is certain. */
  warning: string
  strip: StripDay[]
}

export interface Colleague {
  id: number
  name: string
  number: string
  on_post: boolean
  /** People may be handed to him now. */
  takes: boolean
  demo: boolean
  active: number
  capacity: number
}

export interface Department {
  key: string
  name: string
  short_name: string
  tile: string
  state: Exclude<Presence, 'invisible'>
  waiting: number
  eta_minutes: number | null
  opens_at: string | null
  opens_text: string | null
}

export interface TransferOptions {
  departments: Department[]
  colleagues: Colleague[]
  back_offices: { key: string; name: string; parent: string | null }[]
  destinations: (Destination & { id: number })[]
  limits: TimeLimit[]
}

const talk = (id: number) => `/api/consultations/${id}`

export const desk = {
  snapshot: (signal?: AbortSignal) => http.get<DeskSnapshot>('/api/desk', { signal }),
  waiting: (after: number) => http.get<{ items: DeskRow[]; next: number | null }>('/api/desk/waiting', { query: { after } }),
  messages: (after: number) => http.get<{ items: DeskRow[]; next: number | null }>('/api/desk/messages', { query: { after } }),
  declare: (state: Declared) => http.put<MyDuty>('/api/duty/me', { state }),
  /** Whoever is offered to me, else whoever is first in line. */
  take: () => http.post<StaffTalk>('/api/desk/take', {}),
  accept: (id: number) => http.post<StaffTalk>(`${talk(id)}/accept`, {}),
  decline: (id: number) => http.post<unknown>(`${talk(id)}/decline`, {}),
  one: (id: number) => http.get<StaffTalk>(talk(id)),
  context: (id: number) => http.get<Context>(`${talk(id)}/context`),
  reveal: (id: number, field: 'phone' | 'email', reason: string) => http.post<{ value: string }>(`${talk(id)}/reveal`, { field, reason }),
  hold: (id: number, promise: { minutes: number; reason: string; asking: string | null }) => http.post<StaffTalk>(`${talk(id)}/hold`, promise),
  end: (id: number, how: { outcome: Outcome; subject: string; text: string; destination: number | null }) => http.post<StaffTalk>(`${talk(id)}/end`, how),
  transfer: (id: number, to: { desk: string; summary: string; words: string }) => http.post<StaffTalk>(`${talk(id)}/transfer`, to),
  handover: (id: number, to: { officer: number; summary: string }) => http.post<StaffTalk>(`${talk(id)}/handover`, to),
  backOffice: (id: number, to: { office: string; days: number; subject: string; summary: string; words: string }) =>
    http.post<StaffTalk>(`${talk(id)}/back-office`, to),
  ask: (id: number, of: { desk: string; question: string }) => http.post<Inquiry>(`${talk(id)}/inquiries`, of),
  correct: (id: number, answer: { seq: number; body: string }) => http.post<unknown>(`${talk(id)}/correct`, answer),
  note: (id: number, note: { key: string; body: string }) => http.post<unknown>(`${talk(id)}/notes`, note),
  options: (id: number) => http.get<TransferOptions>('/api/desk/transfer-options', { query: { consultation: id } }),
  phrases: (q: string, desk: string) => http.get<{ items: Phrase[] }>('/api/phrases', { query: { q, desk } }),
  addPhrase: (phrase: { title: string; body: string }) => http.post<Phrase>('/api/phrases', phrase),
  removePhrase: (id: number) => http.delete<unknown>(`/api/phrases/${id}`),
  inquiries: () => http.get<Page<Inquiry>>('/api/desk/inquiries', { query: { open: true } }),
  inquiry: (id: number, entry: { key: string; body: string }) => http.post<unknown>(`/api/inquiries/${id}/entries`, entry),
  cases: () => http.get<Page<DeskCase>>('/api/desk/cases'),
  acceptCase: (id: number) => http.post<unknown>(`/api/cases/${id}/accept`, {}),
  answerCase: (id: number, body: string) => http.post<unknown>(`/api/cases/${id}/answer`, { body }),
}
