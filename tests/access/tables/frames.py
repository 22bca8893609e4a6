"""What each frame of a client is answered, by its relation to the stream, and what the stream's followers hear of it.

`""` is silence. A code is an `err`; a number is the code with which the connection is closed before anything is done.
"""

from __future__ import annotations

from typing import NamedTuple


class Told(NamedTuple):
    """The answer, and the frame that a follower of the stream gets."""

    answer: str
    heard: str = ""


# reader: may only read. by_group: reads through a group, without being told. left: left after the second entry.
# late: joined after the second entry. of_closed: a member of a stream that has ended; beside_closed: no member of it.
# nowhere: there is no such stream. silent: a member who has not said hello.
MEMBERS = ("writer", "reader", "by_group", "left", "late")
STRANGERS = ("stranger", "device", "beside_closed", "nowhere")
CLOSED = ("revoked", "without_session", "foreign_page")
RELATIONS = (*MEMBERS, "of_closed", *STRANGERS, "silent", *CLOSED)

HIDDEN, FORBIDDEN = Told("not_found"), Told("not_allowed")
TURNED_AWAY = {"revoked": Told("4401"), "without_session": Told("4401"), "foreign_page": Told("4403")}
SILENCE = Told("")

Cells = dict[str, Told]


def row(members: Told, *, strangers: Told, silent: Told = FORBIDDEN, **others: Told) -> Cells:
    """One answer for the members, one for the strangers, and what is different for some."""
    return {
        **dict.fromkeys((*MEMBERS, "of_closed"), members),
        **dict.fromkeys(STRANGERS, strangers),
        "silent": silent,
        **TURNED_AWAY,
        **others,
    }


TABLE: dict[str, Cells] = {
    "hello": row(Told("entries"), strangers=HIDDEN, silent=Told("entries")),
    "send": row(
        FORBIDDEN,
        strangers=HIDDEN,
        writer=Told("ack", "entry"),
        late=Told("ack", "entry"),
        of_closed=Told("closed"),
    ),
    # whoever left may still read what he had, and say so
    "seen": row(Told("", "seen"), strangers=SILENCE, of_closed=SILENCE),
    "typing": row(
        SILENCE, strangers=SILENCE, writer=Told("", "typing"), reader=Told("", "typing"), late=Told("", "typing")
    ),
    "fetch": row(Told("entries"), strangers=HIDDEN),
    "follow": row(Told("joined"), strangers=HIDDEN, left=HIDDEN),
    "unfollow": row(Told("left"), strangers=Told("left")),
    "ping": row(Told("pong"), strangers=Told("pong"), silent=Told("pong")),
}

# Which entries of the five each relation is served, wherever it may read at all.
SERVED = {
    "writer": [1, 2, 3, 4, 5],
    "reader": [1, 2, 3, 4, 5],
    "by_group": [1, 2, 3, 4, 5],
    "left": [1, 2],
    "late": [3, 4, 5],
    "of_closed": [1, 2, 3, 4, 5],
}

# The frames of the service: those that answer the one who asked, and who else is pushed the others.
ANSWERS = {"welcome", "entries", "caught_up", "ack", "err", "pong", "bye"}
FOLLOWERS = {"writer", "reader", "late"}
PUSHES: dict[str, set[str]] = {
    "entry": FOLLOWERS,
    "seen": FOLLOWERS,
    "typing": FOLLOWERS,
    "hint": FOLLOWERS,
    "joined": FOLLOWERS,
    "left": {"leaving"},
}
