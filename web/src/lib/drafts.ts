import { storage } from '@/live/browser'

const DRAFT = 'zwt.draft.'

/** What somebody was writing to a desk, kept on the device until it is sent. */
export function readDraft(me: number | null, desk: string): string {
  return storage()?.getItem(name(me, desk)) ?? ''
}

export function keepDraft(me: number | null, desk: string, text: string): void {
  try {
    if (text) storage()?.setItem(name(me, desk), text)
    else storage()?.removeItem(name(me, desk))
  } catch (error) {
    console.warn('This device keeps no drafts.', error)
  }
}

/** Signed out: nobody who uses the device next reads what was written. */
export function forgetDrafts(): void {
  const all = storage()
  for (const key of Object.keys(all ?? {})) if (key.startsWith(DRAFT)) all?.removeItem(key)
}

function name(me: number | null, desk: string): string {
  return `${DRAFT}${me ?? 'visitor'}.${desk}`
}
