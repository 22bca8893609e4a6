import type { CaseFacts, Destination, Officer, Outcome, Talk } from '@/api/consult'
import type { Entry } from './frames'

/**
 * The talk after one more entry of its stream: fresh state = old state + entries. Entries the snapshot already
 * contains (`last_seq`) change nothing.
 *
 *   queued, returned, transferred → waiting · message_left → waiting for a later answer · assigned → serving ·
 *   hold → held · the officer's next words → serving · ended → ended
 */
export function advance(talk: Talk, entry: Entry): Talk {
  if (entry.seq <= talk.last_seq) return talk
  const step = STEPS[entry.kind]
  return { ...talk, ...step?.(talk, (entry.data ?? {}) as Facts, entry), last_seq: entry.seq }
}

/** What the snapshot holds of an entry is not told by the entry alone: fetch the talk anew after these. */
export function wantsSnapshot(entry: Entry): boolean {
  return ['asked', 'transferred', 'returned', 'ended', 'assigned'].includes(entry.kind)
}

/** A hint about the queue. While the desk stays the same a place only ever goes down. */
export function placed(talk: Talk, place: number | null, eta: number | null): Talk {
  if (talk.state !== 'waiting' || place === null) return talk
  return { ...talk, place: talk.place === null ? place : Math.min(talk.place, place), eta_minutes: eta }
}

/** An answer of the service, unless entries already took us further. */
export function newer(before: Talk | undefined, answer: Talk): Talk {
  return before && before.last_seq > answer.last_seq ? { ...answer, ...moved(before), last_seq: before.last_seq } : answer
}

type Facts = Record<string, unknown> & { place?: number; eta_minutes?: number | null; officer?: Partial<Officer> }
type Step = (talk: Talk, facts: Facts, entry: Entry) => Partial<Talk>

const iso = (ms: number) => new Date(ms).toISOString()
const moment = (ms: unknown) => (typeof ms === 'number' ? iso(ms) : null)

const STEPS: Record<string, Step> = {
  queued: (_, facts) => ({
    ...WAITING,
    place: facts.place ?? null,
    eta_minutes: facts.eta_minutes ?? null,
  }),
  assigned: (talk, facts, entry) => ({
    state: 'serving',
    hold: null,
    place: null,
    eta_minutes: null,
    officer: officerOf(facts),
    accepted_at: talk.accepted_at ?? iso(entry.at),
    people: facts.officer?.id ? { ...talk.people, [facts.officer.id]: { name: facts.officer.name ?? '' } } : talk.people,
  }),
  hold: (_, facts, entry) => ({
    state: 'held',
    hold: {
      reason: String(facts.reason ?? ''),
      asking: (facts.asking as { key: string; name: string } | undefined) ?? null,
      started_at: iso(entry.at),
      promised_at: moment(facts.promised_at) ?? '',
    },
  }),
  resumed: () => ({ state: 'serving', hold: null }),
  text: (talk, _, entry) => {
    if (!talk.officer || entry.author !== talk.officer.id) return {}
    const resumed: Partial<Talk> = talk.state === 'held' ? { state: 'serving', hold: null } : {}
    return { ...resumed, first_reply_at: talk.first_reply_at ?? iso(entry.at) }
  },
  transferred: (talk, facts) => ({ ...WAITING, desk: deskOf(talk, facts.to) }),
  returned: (talk, facts) => ({ ...WAITING, desk: deskOf(talk, facts.to) }),
  message_left: (_, facts) => ({
    off_hours: true,
    place: null,
    eta_minutes: null,
    opens_at: moment(facts.opens_at),
    due_at: moment(facts.due_at),
  }),
  ended: (_, facts, entry) => ({
    state: 'ended',
    hold: null,
    place: null,
    eta_minutes: null,
    ended_at: iso(entry.at),
    outcome: facts.outcome as Outcome,
    subject: String(facts.subject ?? ''),
    destination: (facts.destination as Destination | undefined) ?? null,
    case: (facts.case as CaseFacts | undefined) ?? null,
  }),
}

const WAITING: Partial<Talk> = { state: 'waiting', hold: null, officer: null, place: null, eta_minutes: null }

function officerOf(facts: Facts): Officer | null {
  const { id, name = '', number = '' } = facts.officer ?? {}
  return id === undefined ? null : { id, name, number, present: true, declared: 'online' }
}

function deskOf(talk: Talk, to: unknown): Talk['desk'] {
  const { key = talk.desk.key, name = talk.desk.name } = (to ?? {}) as Partial<Talk['desk']>
  return key === talk.desk.key ? talk.desk : { key, name, short_name: name, tile: '', phone: '' }
}

function moved(talk: Talk): Partial<Talk> {
  const { state, desk, officer, hold, place, eta_minutes, ended_at, outcome } = talk
  return { state, desk, officer, hold, place, eta_minutes, ended_at, outcome }
}
