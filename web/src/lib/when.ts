import { createSharedComposable, useIntervalFn } from '@vueuse/core'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'

export type Instant = string | number | Date

/** The service keeps the hours of one place; every time is shown in that place's clock. */
export const zone = 'Asia/Shanghai'

const SHAPES = {
  /** `2026-11-24, 10:06` */
  moment: { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  full: { month: 'long', day: 'numeric', weekday: 'long' },
  short: { month: 'short', day: 'numeric' },
  withYear: { year: 'numeric', month: 'short', day: 'numeric' },
} as const
const made = new Map<string, Intl.DateTimeFormat>()

/** A formatter takes milliseconds to make: each is made once for the whole page, when it is first needed. */
function written(at: Instant, shape: keyof typeof SHAPES, language: string): string {
  const name = `${shape} ${language}`
  let format = made.get(name)
  if (!format) made.set(name, (format = new Intl.DateTimeFormat(language, { timeZone: zone, ...SHAPES[shape] })))
  return format.format(new Date(at))
}

/** The calendar day as `2026-11-24`, in the zone of the service. */
export function dayOf(at: Instant): string {
  return written(at, 'moment', 'en-CA').slice(0, 10)
}

/** Whole days from `from` to `to` by the calendar, negative when `to` is earlier. */
export function daysBetween(from: Instant, to: Instant): number {
  return Math.round((Date.parse(dayOf(to)) - Date.parse(dayOf(from))) / 86_400_000)
}

/** `10:06` */
export function clock(at: Instant): string {
  return written(at, 'moment', 'en-CA').slice(-5)
}

/** `1:48`, `12:05`, `1:02:03` from seconds. */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const tail = `${hours ? String(minutes).padStart(2, '0') : minutes}:${String(rest).padStart(2, '0')}`
  return hours ? `${hours}:${tail}` : tail
}

/** The present moment, looked at once a minute for the whole page. */
const useMinute = createSharedComposable(() => {
  const now = ref(new Date())
  useIntervalFn(() => (now.value = new Date()), 60_000)
  return now
})

/** Times in words of the chosen language, relative to today, which is looked at again every minute. */
export function useWhen() {
  const { t, locale } = useI18n()
  const now = useMinute()

  /** `今天`, `昨天`, `明天`, `11月24日`, `2025年11月24日` */
  function day(at: Instant): string {
    const away = daysBetween(now.value, at)
    if (away === 0) return t('when.today')
    if (away === -1) return t('when.yesterday')
    if (away === 1) return t('when.tomorrow')
    return dayOf(at).slice(0, 4) === dayOf(now.value).slice(0, 4) ? written(at, 'short', locale.value) : written(at, 'withYear', locale.value)
  }

  /** `今天 10:06` */
  function dayClock(at: Instant): string {
    return t('when.dayClock', { day: day(at), clock: clock(at) })
  }

  /** For the right end of a list row: the time today, otherwise the day. */
  function brief(at: Instant): string {
    return daysBetween(now.value, at) === 0 ? clock(at) : day(at)
  }

  /** `11月24日星期二` */
  function date(at: Instant): string {
    return written(at, 'full', locale.value)
  }

  /** `1 分 46 秒`, `28 分钟` when an hour is near or past. */
  function duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds))
    if (whole < 60) return t('when.seconds', { s: whole })
    if (whole < 600) return t('when.minutesSeconds', { m: Math.floor(whole / 60), s: whole % 60 })
    if (whole < 3600) return t('when.minutes', { m: Math.round(whole / 60) })
    return t('when.hoursMinutes', { h: Math.floor(whole / 3600), m: Math.floor(whole / 60) % 60 })
  }

  return { now, day, clock, dayClock, brief, date, duration }
}
