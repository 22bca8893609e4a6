/** Whether a desk, by any of its names, or one of the numbers is what somebody types. Nothing typed matches all. */
export function matches(query: string, desk: DeskNames, ...numbers: string[]): boolean {
  const wanted = query.trim().toLowerCase()
  if (!wanted) return true
  const names = [desk.name, desk.short_name, desk.english, desk.english_short, desk.key, ...numbers]
  return names.some((name) => name?.toLowerCase().includes(wanted))
}

interface DeskNames {
  key: string
  name: string
  short_name: string
  english?: string
  english_short?: string
}
