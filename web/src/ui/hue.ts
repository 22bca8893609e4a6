/** One of the six avatar colours, always the same for the same id. */
export function hueOf(id: string | number): 1 | 2 | 3 | 4 | 5 | 6 {
  let hash = 2166136261
  for (const char of String(id)) hash = Math.imul(hash ^ char.codePointAt(0)!, 16777619) >>> 0
  return ((hash % 6) + 1) as 1 | 2 | 3 | 4 | 5 | 6
}
