import { http } from './http'

export type Role = 'citizen' | 'officer' | 'handler' | 'lead' | 'secretary' | 'inspector' | 'system_admin' | 'security_admin' | 'audit_admin'

export interface User {
  id: number
  name: string
  role: Role
  username: string
  anonymous: boolean
  verified: boolean
  staff_number: string | null
  phone_masked: string | null
  email_masked: string | null
  language: string
  notices_stream: number
}

export interface Post {
  office: { key: string; name: string; short_name: string; tile: string }
  role: string
}

export interface Me {
  user: User | null
  posts: Post[]
  demo: boolean
}

export interface Session {
  id: string
  current: boolean
  [fact: string]: unknown
}

export const people = {
  me: () => http.get<Me>('/api/me'),
  /** A device account for asking without registering; the caller is signed in afterwards. */
  askWithoutRegistering: () => http.post<Me>('/api/people/anonymous', {}),
  /** Turns the device account into a real one; all talks stay. */
  claim: (account: { username: string; password: string; name?: string }) => http.post<Me>('/api/people/claim', account, { ownSession: true }),
  change: (facts: { name?: string; language?: string; region?: string }) => http.patch<Me>('/api/me', facts),
}
