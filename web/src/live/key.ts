/** A message's own id, given at the moment of Enter: 22 letters and digits, from 128 bits of chance. */
export function newKey(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (b) => crypto.getRandomValues(b)): string {
  const bytes = random(new Uint8Array(16))
  let digits = ''
  for (let number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n); number > 0n; number /= 62n) {
    digits += ALPHABET[Number(number % 62n)]
  }
  return digits.padStart(22, '0')
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
