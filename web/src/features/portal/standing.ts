import { useI18n } from 'vue-i18n'
import type { BoardItem } from '@/api/duty'
import { useWhen } from '@/lib/when'

/** How a desk stands, in words for citizens. */
export function useStanding() {
  const { t, locale } = useI18n()
  const when = useWhen()

  /** One or two words beside the mark. */
  function word(desk: BoardItem): string {
    return t(`portal.state.${desk.state}`)
  }

  /** What happens to somebody who asks now, short enough for a card. */
  function line(desk: BoardItem): string {
    if (desk.state === 'off_duty') return desk.opens_at ? t('portal.line.opens', { moment: when.dayClock(desk.opens_at) }) : t('portal.line.leave')
    if (desk.state === 'offline') return t('portal.line.leave')
    if (desk.state === 'away') return t('portal.line.away')
    if (desk.waiting === 0) return t('portal.line.none')
    if (desk.eta_minutes === null) return t('portal.line.waiting', { n: desk.waiting }, desk.waiting)
    return t('portal.line.eta', { n: desk.waiting, m: Math.max(1, desk.eta_minutes) })
  }

  /** When it opens again, in full. */
  function opening(desk: BoardItem): string | undefined {
    const moment = locale.value === 'en' ? desk.opens_english : desk.opens_text
    return moment ? t('portal.line.opens', { moment }) : undefined
  }

  return { word, line, opening }
}
