"""Everything that travels on the socket. `contract/frames.json` is generated from here; docs/protocol.md explains it.

A frame is one JSON object in one text message; its field "t" says which.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from zhengwutong.journal.entries import EntryView

LONGEST_BODY = 2000  # characters
LONGEST_KEY = 64
LONGEST_FRAME = 64 * 1024  # bytes
MOST_CURSORS = 1000

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Seq = Annotated[int, Meta(ge=0, le=2**63 - 1)]
# Its characters are looked at in `session`: a pattern here would cost as much as all the rest of decoding.
Key = Annotated[str, Meta(min_length=1, max_length=LONGEST_KEY, extra_json_schema={"pattern": "^[!-~]+$"})]
Body = Annotated[str, Meta(min_length=1, max_length=LONGEST_BODY)]
Topic = Annotated[str, Meta(min_length=1, max_length=32)]


class Hello(Struct, tag_field="t", tag="hello", forbid_unknown_fields=True):
    """First frame: "I have these streams up to these numbers". May be repeated."""

    cursors: Annotated[dict[Id, Seq], Meta(max_length=MOST_CURSORS)] = {}
    topics: Annotated[list[Topic], Meta(max_length=8)] = []


class Send(Struct, tag_field="t", tag="send", forbid_unknown_fields=True, gc=False):
    """Store this message. The key is the client's own id of it, and grows with time."""

    stream: Id
    key: Key
    body: Body
    kind: Literal["text"] = "text"


class Seen(Struct, tag_field="t", tag="seen", forbid_unknown_fields=True, gc=False):
    """Everything up to this number has been on screen."""

    stream: Id
    seq: Seq


class Typing(Struct, tag_field="t", tag="typing", forbid_unknown_fields=True, gc=False):
    """The user is typing. At most every two seconds is passed on."""

    stream: Id


class Fetch(Struct, tag_field="t", tag="fetch", forbid_unknown_fields=True):
    """Give me a page: after a number, before a number, or (with neither) the newest."""

    stream: Id
    after: Seq | None = None
    before: Seq | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Follow(Struct, tag_field="t", tag="follow", forbid_unknown_fields=True):
    """Push new entries of a stream the user may read, on this connection."""

    stream: Id


class Unfollow(Struct, tag_field="t", tag="unfollow", forbid_unknown_fields=True):
    """Push them no more on this connection."""

    stream: Id


class Ping(Struct, tag_field="t", tag="ping", forbid_unknown_fields=True):
    """Are you there, and what is the time?"""


FromClient = Hello | Send | Seen | Typing | Fetch | Follow | Unfollow | Ping


class Limits(Struct):
    """`body` in characters, `frame` in bytes, `per_second` frames of one user in the long run, `burst` at once."""

    body: int
    frame: int
    per_second: int
    burst: int


class StreamInfo(Struct):
    """A followed stream, for this user."""

    id: int
    kind: str
    open: bool
    last_seq: int
    last_read: int
    may_write: bool


class Welcome(Struct, tag_field="t", tag="welcome"):
    """Answer to `hello`. `session` names this connection in the server's log; `now` is ms since 1970 UTC."""

    user: int
    now: int
    session: str
    limits: Limits
    streams: list[StreamInfo]


class Entry(EntryView, tag_field="t", tag="entry"):
    """Something new in a followed stream. It has been committed."""


class Entries(Struct, tag_field="t", tag="entries", omit_defaults=True):
    """A page: answer to `fetch`, or what was missed. With `more`, go on after (or before) `next`."""

    stream: int
    items: list[EntryView]
    more: bool
    next: int | UnsetType = UNSET


class CaughtUp(Struct, tag_field="t", tag="caught_up"):
    """What `hello` asked for has been sent; from here on everything is new."""


class Ack(Struct, tag_field="t", tag="ack", gc=False):
    """Your message has been committed under this number; also when it is repeated."""

    key: str
    stream: int
    seq: int
    at: int


class Err(Struct, tag_field="t", tag="err", omit_defaults=True):
    """A frame was refused; nothing was stored. `retry_after` is in seconds."""

    code: str
    text: str
    key: str | None = None
    stream: int | None = None
    retry_after: float | None = None


class SeenBy(Struct, tag_field="t", tag="seen"):
    """A read mark moved: somebody else's, or the user's own from another device."""

    stream: int
    party: int
    seq: int


class TypingBy(Struct, tag_field="t", tag="typing"):
    """Somebody is typing; shown for five seconds."""

    stream: int
    user: int


class Joined(Struct, tag_field="t", tag="joined"):
    """The user's connections follow one more stream from now on, or his rights in it changed."""

    stream: StreamInfo


class Left(Struct, tag_field="t", tag="left"):
    """The stream is not followed any more."""

    stream: int


class Hint(Struct, tag_field="t", tag="hint", omit_defaults=True):
    """A transient fact about a stream or a topic; never stored."""

    data: Any
    stream: int | None = None
    topic: str | None = None


class Pong(Struct, tag_field="t", tag="pong"):
    """Answer to `ping`; `now` is ms since 1970 UTC."""

    now: int


class Bye(Struct, tag_field="t", tag="bye"):
    """The server closes next, with this code: 1012 restart, 1013 too slow, 4401 session ended. Resume with `hello`."""

    code: int
    text: str


FromServer = Welcome | Entry | Entries | CaughtUp | Ack | Err | SeenBy | TypingBy | Joined | Left | Hint | Pong | Bye

decode = msgspec.json.Decoder(FromClient).decode
encode = msgspec.json.Encoder().encode


class About(Struct):
    """What of an unacceptable frame can still be named in the answer."""

    key: Key | None = None
    stream: Id | None = None


def about(data: bytes) -> About:
    """The key and stream of a frame that could not be decoded, as far as they can be read."""
    try:
        return msgspec.json.decode(data, type=About)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return About()
