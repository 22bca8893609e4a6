import { useI18n } from 'vue-i18n'
import type { Talk } from '@/api/consult'
import { useLive } from '@/app/live'
import { useWhen } from '@/lib/when'
import type { Entry } from '@/live/frames'
import { useDeskNames } from './names'

type Facts = Record<string, unknown>
type Named = { name?: string } | null | undefined

/** The first connection and its entry are told within this, ms. */
const SAME_MOMENT = 2000

const name = (value: unknown) => (value as Named)?.name ?? ''

/** What an entry says, in words: in full as a line of the talk, in short for the list of talks. */
export function useEntryWords() {
  const { t } = useI18n()
  const live = useLive()
  const when = useWhen()
  const names = useDeskNames()
  const dept = (value: unknown) => names.short(value as { key?: string; name?: string })

  function factsOf(entry: Entry): Facts {
    return entry.data ?? {}
  }

  /** `今天 10:02 进入值班室，排队 1 分 46 秒后接通，值班员陈敏开始为您服务` */
  function line(entry: Entry, talk: Talk): string {
    const facts = factsOf(entry)
    if (entry.kind === 'assigned') return assigned(entry, facts, talk)
    if (entry.kind === 'returned') return t(`chat.line.returned.${known(facts.because)}`, { dept: dept(facts.to) })
    if (entry.kind === 'message_left') return t('chat.line.message_left')
    if (entry.kind === 'hold') return facts.asking ? t('chat.line.held_asking', { dept: dept(facts.asking) }) : t('chat.line.held')
    return ''
  }

  function assigned(entry: Entry, facts: Facts, talk: Talk): string {
    const officer = name(facts.officer)
    if (talk.accepted_at && entry.at - Date.parse(talk.accepted_at) > SAME_MOMENT && !facts.returned) return t('chat.line.taken', { officer })
    if (facts.returned) return t('chat.line.back', { officer })
    const waited = Number(facts.waited_seconds ?? 0)
    const from = when.dayClock(talk.asked_at)
    return waited < 5 ? t('chat.line.connected_at_once', { from, officer }) : t('chat.line.connected', { from, waited: when.duration(waited), officer })
  }

  function known(because: unknown): string {
    return ['not_accepted', 'officer_left', 'closed'].includes(String(because)) ? String(because) : 'closed'
  }

  /** Empty for what is not worth a line in the list. */
  function preview(entry: Entry, talk: Talk): string {
    if (entry.withdrawn) return entry.author === live.me ? t('message.recalled_own') : t('message.recalled_other')
    if (entry.kind === 'text') return said(entry, talk)
    if (entry.kind === 'hold') {
      const asking = factsOf(entry).asking ? dept(factsOf(entry).asking) : ''
      return asking ? t('consult.checking', { dept: asking }) : t('consult.hold')
    }
    if (entry.kind === 'transferred') return t('chat.card.transferred', { dept: dept(factsOf(entry).to) })
    if (entry.kind === 'ended') return t('chat.list.ended')
    return ''
  }

  function said(entry: Entry, talk: Talk): string {
    if (entry.author === live.me) return entry.body
    const author = entry.author === null ? '' : (talk.people[entry.author]?.name ?? '')
    return author ? t('chat.list.said', { name: author, words: entry.body }) : entry.body
  }

  /** 已转到省建设厅，王磊接着为您服务 */
  function transferTitle(entry: Entry): string {
    const facts = factsOf(entry)
    const officer = name(facts.officer)
    if (!officer) return t('chat.card.transferred', { dept: dept(facts.to) })
    return name(facts.from) === name(facts.to) ? t('chat.card.handed', { officer }) : t('chat.card.transferred_to', { dept: dept(facts.to), officer })
  }

  function transferText(entry: Entry): string {
    return String(factsOf(entry).reason_for_citizen || t('chat.card.no_repeat'))
  }

  return { line, preview, transferTitle, transferText }
}
