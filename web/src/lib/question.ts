const prefix = 'zwt.question.'

/** A question written on the portal waits here, for this tab only, until the talk with that desk opens. */
export function keepQuestion(desk: string, text: string): void {
  if (text.trim()) sessionStorage.setItem(prefix + desk, text.trim())
}

/** The question that was written for this desk, once. */
export function takeQuestion(desk: string): string | undefined {
  const text = sessionStorage.getItem(prefix + desk) ?? undefined
  sessionStorage.removeItem(prefix + desk)
  return text
}
