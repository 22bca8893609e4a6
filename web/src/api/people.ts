import { http } from './http'

export type Role = 'citizen' | 'officer' | 'handler' | 'lead' | 'secretary' | 'inspector' | 'system_admin' | 'security_admin' | 'audit_admin'

export interface User {
  id: number
  name: string
  role: Role
  username: string
  anonymous: boolean
  verified: boolean
  staff_number: string
  phone_masked: string
  email_masked: string
  language: string
  region: string
  notices_stream: number | null
  second_factor: boolean
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
  id: number
  current: boolean
  address: string
  browser: string
  since: string
  seen: string
}

export const people = {
  me: () => http.get<Me>('/api/me'),
  /** A device account for asking without registering; the caller is signed in afterwards. */
  askWithoutRegistering: () => http.post<Me>('/api/people/anonymous', {}),
  /** Turns the device account into a real one; all talks stay. */
  claim: (account: { username: string; password: string; name?: string }) => http.post<Me>('/api/people/claim', account, { ownSession: true }),
  sessions: () => http.get<Session[]>('/api/me/sessions'),
  endSession: (id: number) => http.delete<void>(`/api/me/sessions/${id}`),
  /** Whom a one-time link is for, and choosing the first password with it. */
  invitation: (token: string) => http.get<{ name: string; username: string }>(`/api/people/invitations/${encodeURIComponent(token)}`),
  acceptInvitation: (token: string, password: string) => http.post<Me>(`/api/people/invitations/${encodeURIComponent(token)}`, { password }),
  change: (facts: { name?: string; language?: string; region?: string }) => http.patch<Me>('/api/me', facts),
}
