import type { Talk } from '@/api/consult'
import type { Entry } from '@/live/frames'

/** The keys of up to three ready answers, by what is going on. */
export function quickReplies(talk: Talk | undefined, last: Entry | undefined, me: number | null): string[] {
  if (!talk || talk.state === 'ended') return []
  if (talk.state === 'held') return ['wait', 'more']
  if (talk.state === 'waiting') return talk.off_hours ? [] : ['wait', 'more']
  return last?.kind === 'text' && last.author !== me ? ['thanks', 'again', 'another'] : []
}
