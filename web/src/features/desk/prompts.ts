import type { StaffTalk } from '@/api/desk'
import { secondsSince } from './clock'
import type { Standing } from './mine'

/** After how many seconds the officer is reminded. */
const HELD = 300
const SILENT = 600

export type Prompt = { kind: 'progress' | 'late' | 'silent'; minutes: number }

/** What is due in a conversation of mine: tell the one who waits how it stands, or ask the one who fell silent. */
export function promptOf(talk: StaffTalk, standing: Standing, now: number): Prompt | null {
  if (talk.state === 'held' && talk.hold) {
    const held = secondsSince(talk.hold.started_at, now)
    const late = talk.hold.promised_at !== '' && now > Date.parse(talk.hold.promised_at)
    if (late) return { kind: 'late', minutes: Math.floor(held / 60) }
    return held >= HELD ? { kind: 'progress', minutes: Math.floor(held / 60) } : null
  }
  if (talk.state !== 'serving' || !standing.ours || standing.owedSince !== null) return null
  const silent = secondsSince(standing.lastAt, now)
  return silent >= SILENT ? { kind: 'silent', minutes: Math.floor(silent / 60) } : null
}
