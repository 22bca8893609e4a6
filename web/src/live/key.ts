/**
 * A message's own id, given at the moment of Enter. It begins with the time, so that keys grow, and ends with 64 bits
 * of chance: letters and digits only.
 */
export function newKey(
  now: () => number = Date.now,
  random: (numbers: Uint32Array<ArrayBuffer>) => Uint32Array = (numbers) => crypto.getRandomValues(numbers),
): string {
  const chance = [...random(new Uint32Array(2))].map((number) => number.toString(36).padStart(7, '0'))
  return now().toString(36).padStart(9, '0') + chance.join('')
}
