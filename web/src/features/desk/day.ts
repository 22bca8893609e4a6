import { dayOf } from '@/lib/when'

/** The last moment of the day `at` lies in, on the office's clock, ms. */
export function endOfDay(at: number): number {
  return Date.parse(`${dayOf(at)}T23:59:59.999+08:00`)
}
