/** The frames of the socket, as types. Written by `npm run contract` from contract/frames.json. */

/** Your message has been committed under this number; also when it is repeated. */
export interface Ack {
  at: number
  key: string
  seq: number
  stream: number
  t: 'ack'
}

/** The server closes next, with this code: 1012 restart, 1013 too slow, 4401 session ended. Resume with `hello`. */
export interface Bye {
  code: number
  t: 'bye'
  text: string
}

/** What `hello` asked for has been sent; from here on everything is new. */
export interface CaughtUp {
  t: 'caught_up'
}

/** A page: answer to `fetch`, or what was missed. With `more`, go on after (or before) `next`. */
export interface Entries {
  items: EntryView[]
  more: boolean
  next?: number
  stream: number
  t: 'entries'
}

/** Something new in a followed stream. It has been committed. */
export interface Entry {
  at: number
  author: number | null
  body: string
  data?: Record<string, unknown> | null
  key?: string | null
  kind: string
  seq: number
  stream: number
  t: 'entry'
  withdrawn?: boolean
}

/** An entry as a reader may see it: a withdrawn one without its body and data. `at` is ms since 1970 UTC. */
export interface EntryView {
  at: number
  author: number | null
  body: string
  data?: Record<string, unknown> | null
  key?: string | null
  kind: string
  seq: number
  stream: number
  withdrawn?: boolean
}

/** A frame was refused; nothing was stored. `retry_after` is in seconds. */
export interface Err {
  code: string
  key?: string | null
  retry_after?: number | null
  stream?: number | null
  t: 'err'
  text: string
}

/** Give me a page: after a number, before a number, or (with neither) the newest. */
export interface Fetch {
  after?: number | null
  before?: number | null
  limit?: number
  stream: number
  t: 'fetch'
}

/** Push new entries of a stream the user may read, on this connection. */
export interface Follow {
  stream: number
  t: 'follow'
}

/** First frame: "I have these streams up to these numbers". May be repeated. */
export interface Hello {
  cursors?: Record<string, number>
  t: 'hello'
  topics?: string[]
}

/** A transient fact about a stream or a topic; never stored. */
export interface Hint {
  data: unknown
  stream?: number | null
  t: 'hint'
  topic?: string | null
}

/** The user's connections follow one more stream from now on, or his rights in it changed. */
export interface Joined {
  stream: StreamInfo
  t: 'joined'
}

/** The stream is not followed any more. */
export interface Left {
  stream: number
  t: 'left'
}

/** `body` in characters, `frame` in bytes, `per_second` frames of one user in the long run, `burst` at once. */
export interface Limits {
  body: number
  burst: number
  frame: number
  per_second: number
}

/** Are you there, and what is the time? */
export interface Ping {
  t: 'ping'
}

/** Answer to `ping`; `now` is ms since 1970 UTC. */
export interface Pong {
  now: number
  t: 'pong'
}

/** Everything up to this number has been on screen. */
export interface Seen {
  seq: number
  stream: number
  t: 'seen'
}

/** A read mark moved: somebody else's, or the user's own from another device. */
export interface SeenBy {
  party: number
  seq: number
  stream: number
  t: 'seen'
}

/** Store this message. The key is the client's own id of it, and grows with time. */
export interface Send {
  body: string
  key: string
  kind?: 'text'
  stream: number
  t: 'send'
}

/** A followed stream, for this user. */
export interface StreamInfo {
  id: number
  kind: string
  last_read: number
  last_seq: number
  may_write: boolean
  open: boolean
}

/** The user is typing. At most every two seconds is passed on. */
export interface Typing {
  stream: number
  t: 'typing'
}

/** Somebody is typing; shown for five seconds. */
export interface TypingBy {
  stream: number
  t: 'typing'
  user: number
}

/** Push them no more on this connection. */
export interface Unfollow {
  stream: number
  t: 'unfollow'
}

/** Answer to `hello`. `session` names this connection in the server's log; `now` is ms since 1970 UTC. */
export interface Welcome {
  limits: Limits
  now: number
  session: string
  streams: StreamInfo[]
  t: 'welcome'
  user: number
}

export type ClientFrame = Hello | Send | Seen | Typing | Fetch | Follow | Unfollow | Ping

export type ServerFrame = Welcome | Entry | Entries | CaughtUp | Ack | Err | SeenBy | TypingBy | Joined | Left | Hint | Pong | Bye
