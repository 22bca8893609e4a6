import { useI18n } from 'vue-i18n'
import type { CaseDetail } from '@/api/cases'
import type { Talk } from '@/api/consult'
import { useDeskNames } from '@/features/chat/names'
import type { Moment } from './Timeline.vue'

/** The steps of a consultation from what is kept of it: asked, connected, answered, ended, rated. */
export function useTalkSteps() {
  const { t } = useI18n()
  const names = useDeskNames()

  return (talk: Talk): Moment[] => {
    const steps: Moment[] = [{ key: 'asked', title: t('affairs.step.asked', { dept: names.short(talk.desk) }), text: talk.question, at: talk.asked_at, status: 'done' }]
    if (talk.accepted_at) steps.push({ key: 'accepted', title: t('affairs.step.accepted'), text: talk.officer ? t('affairs.step.by', { name: talk.officer.name }) : '', at: talk.accepted_at, status: 'done' })
    if (talk.first_reply_at) steps.push({ key: 'replied', title: t('affairs.step.replied'), at: talk.first_reply_at, status: 'done' })
    return [...steps, ...ending(talk)]
  }

  function ending(talk: Talk): Moment[] {
    if (talk.state === 'ended') return [ended(talk), ...rated(talk)]
    const now = talk.state === 'waiting' ? (talk.off_hours ? 'message' : 'waiting') : talk.state
    const present: Moment = { key: 'now', title: t(`affairs.step.now_${now}`), at: null, status: 'current', icon: talk.state === 'held' ? 'hourglass' : 'clock' }
    const answer: Moment = { key: 'answer', title: t('affairs.step.answer'), at: talk.accepted_at ? null : talk.due_at, status: 'expected' }
    return talk.first_reply_at ? [present] : [present, answer]
  }

  function ended(talk: Talk): Moment {
    return { key: 'ended', title: t(`affairs.outcome.${talk.outcome ?? 'answered'}`), text: talk.case ? t('affairs.step.case', { number: talk.case.number, office: talk.case.office }) : (talk.destination?.name ?? ''), at: talk.ended_at, status: 'done' }
  }

  function rated(talk: Talk): Moment[] {
    if (talk.rating) return [{ key: 'rated', title: t('affairs.step.rated'), text: t(`rating.${talk.rating.level}`), at: null, status: 'done' }]
    return talk.may_rate ? [{ key: 'rate', title: t('affairs.step.rate'), text: t('affairs.step.rate_text'), at: null, status: 'expected', icon: 'star' }] : []
  }
}

/** The steps of a case as the service tells them, in the language of the page. */
export function useCaseSteps() {
  const { t, te, locale } = useI18n()
  return (found: CaseDetail): Moment[] =>
    found.timeline.map((step) => {
      const key = `affairs.case_step.${step.key.replace('.', '_')}`
      const ours = locale.value !== 'zh-CN' && te(key)
      return { ...step, title: ours ? t(key) : step.title, text: ours ? '' : step.text }
    })
}
