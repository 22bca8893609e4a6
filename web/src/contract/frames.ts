/** The frames of the socket, as types. Written by `npm run contract` from contract/frames.json. */

/** First frame: "I have these streams up to these numbers". May be repeated. */
export interface Hello {
  t: 'hello'
  cursors?: Record<string, number>
  topics?: string[]
}

/** Store this message. The key is the client's own id of it, and grows with time. */
export interface Send {
  t: 'send'
  stream: number
  key: string
  body: string
  kind?: 'text'
}

/** Everything up to this number has been on screen. */
export interface Seen {
  t: 'seen'
  stream: number
  seq: number
}

/** The user is typing. At most every two seconds is passed on. */
export interface Typing {
  t: 'typing'
  stream: number
}

/** Give me a page: after a number, before a number, or (with neither) the newest. */
export interface Fetch {
  t: 'fetch'
  stream: number
  after?: number | null
  before?: number | null
  limit?: number
}

/** Push new entries of a stream the user may read, on this connection. */
export interface Follow {
  t: 'follow'
  stream: number
}

/** Push them no more on this connection. */
export interface Unfollow {
  t: 'unfollow'
  stream: number
}

/** Are you there, and what is the time? */
export interface Ping {
  t: 'ping'
}

/** Answer to `hello`. `session` names this connection in the server's log; `now` is ms since 1970 UTC. */
export interface Welcome {
  t: 'welcome'
  user: number
  now: number
  session: string
  limits: Limits
  streams: StreamInfo[]
}

/** `body` in characters, `frame` in bytes, `per_second` frames of one user in the long run, `burst` at once. */
export interface Limits {
  body: number
  frame: number
  per_second: number
  burst: number
}

/** A followed stream, for this user. */
export interface StreamInfo {
  id: number
  kind: string
  open: boolean
  last_seq: number
  last_read: number
  may_write: boolean
}

/** Something new in a followed stream. It has been committed. */
export interface Entry {
  t: 'entry'
  stream: number
  seq: number
  author: number | null
  kind: string
  body: string
  at: number
  key?: string | null
  data?: Record<string, unknown> | null
  withdrawn?: boolean
}

/** A page: answer to `fetch`, or what was missed. With `more`, go on after (or before) `next`. */
export interface Entries {
  t: 'entries'
  stream: number
  items: EntryView[]
  more: boolean
  next?: number
}

/** An entry as a reader may see it: a withdrawn one without its body and data. `at` is ms since 1970 UTC. */
export interface EntryView {
  stream: number
  seq: number
  author: number | null
  kind: string
  body: string
  at: number
  key?: string | null
  data?: Record<string, unknown> | null
  withdrawn?: boolean
}

/** What `hello` asked for has been sent; from here on everything is new. */
export interface CaughtUp {
  t: 'caught_up'
}

/** Your message has been committed under this number; also when it is repeated. */
export interface Ack {
  t: 'ack'
  key: string
  stream: number
  seq: number
  at: number
}

/** A frame was refused; nothing was stored. `retry_after` is in seconds. */
export interface Err {
  t: 'err'
  code: string
  text: string
  key?: string | null
  stream?: number | null
  retry_after?: number | null
}

/** A read mark moved: somebody else's, or the user's own from another device. */
export interface SeenBy {
  t: 'seen'
  stream: number
  party: number
  seq: number
}

/** Somebody is typing; shown for five seconds. */
export interface TypingBy {
  t: 'typing'
  stream: number
  user: number
}

/** The user's connections follow one more stream from now on, or his rights in it changed. */
export interface Joined {
  t: 'joined'
  stream: StreamInfo
}

/** The stream is not followed any more. */
export interface Left {
  t: 'left'
  stream: number
}

/** A transient fact about a stream or a topic; never stored. */
export interface Hint {
  t: 'hint'
  data: unknown
  stream?: number | null
  topic?: string | null
}

/** Answer to `ping`; `now` is ms since 1970 UTC. */
export interface Pong {
  t: 'pong'
  now: number
}

/** The server closes next, with this code: 1012 restart, 1013 too slow, 4401 session ended. Resume with `hello`. */
export interface Bye {
  t: 'bye'
  code: number
  text: string
}

export type ClientFrame = Hello | Send | Seen | Typing | Fetch | Follow | Unfollow | Ping

export type ServerFrame = Welcome | Entry | Entries | CaughtUp | Ack | Err | SeenBy | TypingBy | Joined | Left | Hint | Pong | Bye
