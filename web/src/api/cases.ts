import { http } from './http'

/** What the holder of number and code may see of a case without signing in. */
export interface LookedUp {
  number: string
  state: 'registered' | 'accepted' | 'answered'
  office: { key: string; name: string } | string
  summary?: string
  opened_at: string
  due_at: string | null
  days_left?: number | null
  answered_at: string | null
  answer?: string | null
}

export function lookUpCase(number: string, code: string): Promise<LookedUp> {
  return http.get<LookedUp>('/api/cases/lookup', { query: { number, code } })
}
