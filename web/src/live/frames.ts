import type { ClientFrame, EntryView, ServerFrame, StreamInfo } from '@/contract/frames'

export type { ClientFrame, ServerFrame, StreamInfo }

/** One thing that happened in a stream: the number, who, what, when. */
export type Entry = Omit<EntryView, 'stream'>

export type Heard<T extends ServerFrame['t']> = Extract<ServerFrame, { t: T }>

/** Null for what is no frame at all; kinds this client does not know are the caller's to ignore. */
export function decode(text: string): ServerFrame | null {
  try {
    const frame: unknown = JSON.parse(text)
    return typeof frame === 'object' && frame !== null && 't' in frame ? (frame as ServerFrame) : null
  } catch {
    return null
  }
}
