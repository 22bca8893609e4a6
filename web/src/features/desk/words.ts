import { useI18n } from 'vue-i18n'
import { useOfficeName } from '@/app/words'
import { useBoard } from '@/features/chat/board'
import { useWhen } from '@/lib/when'
import type { Entry } from '@/live/frames'

/** The short name of an office in the language of the page, wherever only its key and name came along. */
export function useDeskName() {
  const board = useBoard()
  const nameOf = useOfficeName()
  return (office: { key: string; name: string; short_name?: string }): string => nameOf(board.states.get(office.key) ?? office, true)
}

const name = (value: unknown) => (value as { name?: string } | null | undefined)?.name ?? ''

const AT_ONCE = 5
const BECAUSE = ['not_accepted', 'officer_left', 'closed']
const because = (why: unknown) => (BECAUSE.includes(String(why)) ? String(why) : 'closed')

/** What happened in a talk, in a line of words for officers. */
export function useLineWords() {
  const { t } = useI18n()
  const when = useWhen()

  return (entry: Entry): string => {
    const facts = entry.data ?? {}
    if (entry.kind === 'assigned') {
      const waited = Number(facts.waited_seconds ?? 0)
      const key = facts.returned ? 'back' : waited < AT_ONCE ? 'at_once' : 'taken'
      return t(`desk.line.${key}`, { officer: name(facts.officer), waited: when.duration(waited), at: when.clock(entry.at) })
    }
    if (entry.kind === 'returned') return t(`desk.line.returned.${because(facts.because)}`, { dept: name(facts.to), at: when.clock(entry.at) })
    if (entry.kind === 'hold') return facts.asking ? t('desk.line.asking', { dept: name(facts.asking) }) : t('desk.line.held')
    return ''
  }
}
