export type Piece = { text: string } | { text: string; href: string; domain: string }

const address = /https?:\/\/[^\s<>"'“”‘’《》（）【】，。；：！？、]+/gi
const trailing = /[.,;:!?)\]]+$/

/** Splits plain text into words and web addresses (http and https only); the text itself is never changed. */
export function linkify(text: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(address)) {
    const href = match[0].replace(trailing, '')
    const domain = domainOf(href)
    if (!domain) continue
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) })
    pieces.push({ text: href, href, domain })
    from = match.index + href.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

function domainOf(href: string): string | undefined {
  try {
    return new URL(href).hostname
  } catch {
    return undefined
  }
}
