"""The bell: "look again". It may be lost, doubled or late; numbers in the database are what counts.

Within the process it reaches the live delivery directly. With VALKEY_URL it also reaches the other processes by
publish/subscribe, sealed, so that Valkey can lose what is said but not say anything itself. Ring after the commit:
`kernel.transaction.after_commit`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.conf import settings

from zhengwutong.journal.valkey import Line


class Rang(msgspec.Struct, tag="rang"):
    """The streams have entries up to these numbers."""

    streams: list[tuple[int, int]]


class Said(msgspec.Struct, tag="said"):
    """Entries just stored: stream, number, the audience stored for, and the frame. Who is up to date need not look."""

    entries: list[tuple[int, int, int, msgspec.Raw]]


class Moved(msgspec.Struct, tag="moved"):
    """Somebody joined or left the streams."""

    streams: list[int]


class Marked(msgspec.Struct, tag="marked"):
    """A read mark moved forward. `by` is the user who moved it."""

    stream: int
    party: int
    seq: int
    by: int


class Typed(msgspec.Struct, tag="typed"):
    """Somebody is typing in a stream."""

    stream: int
    user: int


class Hinted(msgspec.Struct, tag="hinted"):
    """A transient fact for those who follow a stream, or who listen to a topic."""

    stream: int | None
    topic: str | None
    data: Any


class Revoked(msgspec.Struct, tag="revoked"):
    """A session has ended; its sockets close."""

    session: str


class Again(msgspec.Struct, tag="again"):
    """The line to the other processes was down or has come back: anything may have been missed."""


Message = Rang | Said | Moved | Marked | Typed | Hinted | Revoked | Again
Listener = Callable[[Message], None]

_listeners: list[Listener] = []
_decoder = msgspec.json.Decoder(Message)
_line: Line | None = None


def ring(stream: int, seq: int) -> None:
    """Say that the stream has entries up to `seq`."""
    send(Rang([(stream, seq)]))


def hint(stream: int, data: Any) -> None:
    """Push a fact, never stored, to those who follow the stream and are connected now."""
    send(Hinted(stream, None, data))


def topic(name: str, data: Any) -> None:
    """Push a public fact, never stored, to everybody who said in `hello` that they listen to this topic."""
    send(Hinted(None, name, data))


def revoke(session_key: str) -> None:
    """Close the sockets of a session that has ended."""
    send(Revoked(session_key))


def send(message: Message, *, here: bool = True) -> None:
    """Hand a message to the listeners of this process (unless `here` is false) and of all others.

    Waits for nobody; but a process in which nobody listens, such as a command, waits for Valkey, two seconds at most.
    """
    if here:
        for listener in list(_listeners):
            listener(message)
    if others():
        line().publish(msgspec.json.encode(message))


def others() -> bool:
    """Whether there may be other processes to tell."""
    return bool(settings.VALKEY_URL) and not line().alone


def listen(listener: Listener) -> None:
    """Have `listener` called with every message, in whatever thread it arrives; it must return at once.

    With VALKEY_URL on a running event loop, which carries the line to the other processes from then on.
    """
    _listeners.append(listener)
    if settings.VALKEY_URL:
        line().subscribe(heard)


def unlisten(listener: Listener) -> None:
    """The inverse of `listen`."""
    _listeners.remove(listener)


def reaches_everybody() -> bool:
    """Whether every process is known to hear the bell now: true with one process, or while Valkey answers."""
    return line().up if settings.VALKEY_URL else False


def dropped() -> int:
    """How many messages have not been sent to the other processes because Valkey was away too long."""
    return _line.dropped if _line is not None else 0


def heard(data: bytes) -> None:
    """Pass on what another process said; what cannot be understood is dropped."""
    try:
        message = _decoder.decode(data)
    except msgspec.DecodeError:
        return
    for listener in list(_listeners):
        listener(message)


def line() -> Line:
    """The line to the other processes, made when first needed."""
    global _line
    if _line is None:
        _line = Line(settings.VALKEY_URL, settings.SECRET_KEY, msgspec.json.encode(Again()))
    return _line


def hang_up() -> None:
    """Close the line to the other processes, if there is one. On the loop that carries it."""
    global _line
    if _line is not None:
        _line.close()
        _line = None
