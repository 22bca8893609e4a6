"""The streams of a consultation: who may read each of them over the socket, and who may write.

all: from the first entry on. part: what was said while he took part. The rest is answered as if it were not there.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.access.cells import AT_THE_DESK, SIGNED_IN

HIDDEN, FORBIDDEN, CLOSED = "not_found", "not_allowed", "closed"
ALL, PART = "all", "part"


class Rights(NamedTuple):
    """What `fetch`, `follow` and `send` are answered."""

    fetch: str = HIDDEN
    follow: str = HIDDEN
    send: str = HIDDEN


NONE = Rights()
READS = Rights(ALL, "joined", FORBIDDEN)
WRITES = Rights(ALL, "joined", "ack")
LEFT = Rights(PART, HIDDEN, FORBIDDEN)
ENDED = Rights(ALL, "joined", CLOSED)


def row(**named: Rights) -> dict[str, Rights]:
    desk = named.pop("at_the_desk", None)
    found = dict.fromkeys(SIGNED_IN, NONE) | (dict.fromkeys(AT_THE_DESK, desk) if desk else {})
    return found | named


TABLE: dict[str, dict[str, Rights]] = {
    "consultation": row(at_the_desk=READS, owner=WRITES, serving=WRITES, sender=LEFT, dismissed=LEFT),
    "notes": row(at_the_desk=WRITES, sender=LEFT, dismissed=LEFT),
    "inquiry": row(at_the_desk=WRITES, asked=WRITES),
    "desk": row(at_the_desk=READS),
    # where nobody waits any more: ended, and become a case that the handler has accepted
    "consultation that became a case": row(
        at_the_desk=ENDED, owner=ENDED, serving=Rights(ALL, "joined", CLOSED), handler=ENDED
    ),
    "notices of the citizen": row(owner=READS),
    "notices of the officer": row(serving=READS),
}
