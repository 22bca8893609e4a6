import type { Page } from './consult'
import { http } from './http'

export function lookUpCase(number: string, code: string): Promise<LookedUp> {
  return http.get<LookedUp>('/api/cases/lookup', { query: { number, code } })
}

export interface CaseRow {
  id: number
  number: string
  state: 'registered' | 'accepted' | 'answered'
  office: { key: string; name: string; short_name: string; tile: string }
  summary: string
  /** The consultation it came from. */
  consultation: number
  opened_at: string
  due_at: string
  provisional: boolean
  late: boolean
  /** How near the deadline is: `days` left, or over when `key` is `due.over`. Null once answered. */
  chip: { key: string; days: number } | null
  answered_at: string | null
}

export interface Step {
  key: string
  title: string
  text: string
  at: string | null
  status: 'done' | 'current' | 'expected'
}

export interface CaseDetail extends CaseRow {
  code: string | null
  answer: string
  timeline: Step[]
  due_explained: string
}

/** What the holder of number and code may see of a case without signing in. */
export type LookedUp = Omit<CaseDetail, 'id' | 'summary' | 'consultation' | 'code'>

export const cases = {
  mine: (before?: string | number) => http.get<Page<CaseRow>>('/api/cases', { query: { before } }),
  one: (id: number) => http.get<CaseDetail>(`/api/cases/${id}`),
}
