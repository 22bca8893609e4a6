import { http } from './http'

export interface Office {
  key: string
  kind: 'department' | 'office' | 'general_desk'
  name: string
  short_name: string
  english: string
  english_short: string
  tile: string
  remit: string
  english_remit: string
  phone: string
  address: string
  parent: string | null
}

/** Departments, the offices below them and the general desk, in their given order. */
export function readOffices(signal?: AbortSignal): Promise<Office[]> {
  return http.get<Office[]>('/api/offices', { signal })
}
