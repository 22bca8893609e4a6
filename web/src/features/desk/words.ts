import { useI18n } from 'vue-i18n'
import { useWhen } from '@/lib/when'
import type { Entry } from '@/live/frames'

const name = (value: unknown) => (value as { name?: string } | null | undefined)?.name ?? ''

const BECAUSE = ['not_accepted', 'officer_left', 'closed']
const because = (why: unknown) => (BECAUSE.includes(String(why)) ? String(why) : 'closed')

/** What happened in a talk, in a line of words for officers. */
export function useLineWords() {
  const { t } = useI18n()
  const when = useWhen()

  return (entry: Entry): string => {
    const facts = entry.data ?? {}
    if (entry.kind === 'assigned') {
      const key = facts.returned ? 'desk.line.back' : 'desk.line.taken'
      return t(key, { officer: name(facts.officer), waited: when.duration(Number(facts.waited_seconds ?? 0)), at: when.clock(entry.at) })
    }
    if (entry.kind === 'returned') return t(`desk.line.returned.${because(facts.because)}`, { dept: name(facts.to), at: when.clock(entry.at) })
    if (entry.kind === 'hold') return facts.asking ? t('desk.line.asking', { dept: name(facts.asking) }) : t('desk.line.held')
    return ''
  }
}
