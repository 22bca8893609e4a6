import { http } from './http'
import type { Presence } from '@/ui/presence'

export interface BoardItem {
  key: string
  name: string
  short_name: string
  english: string
  english_short: string
  tile: string
  state: Exclude<Presence, 'invisible'>
  on_post: number
  waiting: number
  eta_minutes: number | null
  opens_at: string | null
  opens_text: string | null
  opens_english: string | null
  hours_today: [string, string][]
  phone: string
  demo: boolean
}

export interface Board {
  now: string
  office_time: boolean
  items: BoardItem[]
  stats?: { first_reply_seconds?: number | null; on_time?: number | null; satisfied?: number | null }
}

/** The live state of every department's duty desk; public. */
export function readBoard(signal?: AbortSignal): Promise<Board> {
  return http.get<Board>('/api/duty/board', { signal })
}
