/** What the live core needs from its surroundings. Time and chance are given, never taken. */

export type Cancel = () => void

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  after(ms: number, call: () => void): Cancel
}

/** Uniform in [0, 1). */
export type Chance = () => number

export interface WireEvents {
  opened(): void
  heard(text: string): void
  closed(code: number): void
}

/** One connection attempt. After `closed` nothing more is heard from it. */
export interface Wire {
  send(text: string): void
  close(): void
}

export type OpenWire = (events: WireEvents) => Wire
