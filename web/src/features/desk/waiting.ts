/** After how many seconds of waiting a line turns amber, and red. */
export const WARN_AFTER = 180
export const BAD_AFTER = 240

/** How urgent a wait of so many seconds is. */
export function toneOf(seconds: number): 'bad' | 'warn' | '' {
  if (seconds >= BAD_AFTER) return 'bad'
  return seconds >= WARN_AFTER ? 'warn' : ''
}
