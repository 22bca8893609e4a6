import { useI18n } from 'vue-i18n'
import { ApiError } from '@/api/http'

/** What to tell a person about an error: the sentence of the service, else ours. */
export function useErrorWords() {
  const { t } = useI18n()
  return (cause: unknown): string => {
    if (!(cause instanceof ApiError)) return t('error.broken')
    if (cause.text) return cause.text
    if (cause.kind === 'network') return t('error.network')
    if (cause.code === 'too_fast' || cause.status === 429) return t('error.too_fast')
    return cause.kind === 'broken' ? t('error.broken') : t('error.refused')
  }
}

const province = /^\u7701(?=.{2})/

/** The name of an office in the language of the page; offices are data and bring both names with them. */
export function useOfficeName() {
  const { locale } = useI18n()
  return (office: { name: string; short_name?: string; english?: string; english_short?: string }, short = false): string => {
    if (locale.value === 'en') return (short && office.english_short) || office.english || office.name
    return (short && office.short_name) || office.name
  }
}

/** The shortest name, for under a square: the province is understood. */
export function useTileName() {
  const nameOf = useOfficeName()
  return (office: Parameters<typeof nameOf>[0]): string => nameOf(office, true).replace(province, '')
}
