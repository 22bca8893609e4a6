/** The frames of the socket, as types. Written by `npm run contract` from contract/frames.json. */

export interface StreamInfo {
  id: number
  kind: string
  open: boolean
  last_seq: number
  last_read: number
  may_write: boolean
}

export interface EntryItem {
  seq: number
  author: number | null
  kind: string
  body: string
  at: number
  key?: string | null
  data?: Record<string, unknown> | null
  withdrawn?: boolean
}

export interface Limits {
  body: number
  per_second: number
}

export type ClientFrame =
  | { t: 'hello'; cursors: Record<string, number>; topics?: string[] }
  | { t: 'send'; stream: number; key: string; body: string; kind?: string }
  | { t: 'seen'; stream: number; seq: number }
  | { t: 'typing'; stream: number }
  | { t: 'fetch'; stream: number; after?: number; before?: number; limit?: number }
  | { t: 'follow'; stream: number }
  | { t: 'unfollow'; stream: number }
  | { t: 'ping' }

export type ServerFrame =
  | { t: 'welcome'; user: number; now: number; session: string; limits: Limits; streams: StreamInfo[] }
  | ({ t: 'entry'; stream: number } & EntryItem)
  | { t: 'entries'; stream: number; items: EntryItem[]; more: boolean; next?: number | null }
  | { t: 'caught_up' }
  | { t: 'ack'; key: string; stream: number; seq: number; at: number }
  | { t: 'err'; code: string; text: string; key?: string | null; stream?: number | null; retry_after?: number | null }
  | { t: 'seen'; stream: number; party: number; seq: number }
  | { t: 'typing'; stream: number; user: number }
  | { t: 'joined'; stream: StreamInfo }
  | { t: 'left'; stream: number }
  | { t: 'hint'; data: Record<string, unknown>; stream?: number | null; topic?: string | null }
  | { t: 'pong'; now: number }
  | { t: 'bye'; code: number; text: string }
