/** What somebody typed as who they are: an e-mail address, a telephone number (made international), or a username. */
export type Identifier = { email: string } | { phone: string } | { username: string }

const mainland = '+86'

export function identifierOf(typed: string): Identifier {
  const text = typed.trim()
  if (text.includes('@')) return { email: text }
  const phone = phoneOf(text)
  return phone ? { phone } : { username: text }
}

/** A telephone number as `+8613800000000`, or nothing when the text is no number. Without a country code it is a mainland mobile number. */
export function phoneOf(typed: string): string | undefined {
  const digits = typed.replace(/[\s()-]/g, '')
  if (/^1\d{10}$/.test(digits)) return mainland + digits
  if (/^(\+|00)\d{7,15}$/.test(digits)) return digits.replace(/^00/, '+')
  return undefined
}

/** The number or address with its middle hidden, to show where a code went. */
export function masked(to: Identifier): string {
  if ('phone' in to) return to.phone.replace(/^\+86/, '').replace(/(\d{3})\d+(\d{4})$/, '$1****$2')
  if ('email' in to) return to.email.replace(/^(.).*(@.*)$/, '$1***$2')
  return to.username
}
