"""The cells of the matrix: who stands in which relation, and what each relation is answered.

A row of a table says for every relation None (done) or the code of the refusal. Whole groups may be named at once:
`row("owner", *AT_THE_DESK, stranger=HIDDEN, others=FORBIDDEN)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

NOBODY, HIDDEN, FORBIDDEN = "sign_in_needed", "not_found", "not_allowed"
TOO_LATE, UNPROVED, WRONG = "conflict", "second_factor_needed", "invalid"

# The relations to what is asked for. device: an account that belongs to a device. helping: leads another department and
# has an officer's post here. sender: passed the conversation on to this desk. dismissed: served it and holds no post
# any more. asked: serves a desk that was asked beside the chat. unproved: an administrator without second factor.
CITIZENS = ("owner", "stranger", "device")
AT_THE_DESK = ("serving", "colleague", "lead", "helping")
OTHER_DESKS = ("asked", "elsewhere", "sender", "dismissed")
HANDLERS = ("handler", "handler_elsewhere")
ADMINISTRATORS = ("system_admin", "unproved")
WITHOUT_A_DESK = (*HANDLERS, "secretary", "inspector", *ADMINISTRATORS, "security_admin", "audit_admin")
STAFF = (*AT_THE_DESK, *OTHER_DESKS, *WITHOUT_A_DESK)
SIGNED_IN = (*CITIZENS, *STAFF)
RELATIONS = ("visitor", *SIGNED_IN)

# Whoever has lost his session, or his account, is answered as a visitor is: these have no cells of their own.
LIKE_A_VISITOR = ("revoked", "locked")

# Those who have nothing to do with the things in question: they must not even learn which of them are there.
OUTSIDERS = ("visitor", "stranger", "elsewhere", "dismissed", "handler_elsewhere", "secretary")

GROUPS = {
    "citizens": CITIZENS,
    "at_the_desk": AT_THE_DESK,
    "other_desks": OTHER_DESKS,
    "handlers": HANDLERS,
    "administrators": ADMINISTRATORS,
    "others": WITHOUT_A_DESK,
    "staff": STAFF,
    "signed_in": SIGNED_IN,
}

Cells = dict[str, str | None]
Names = Mapping[str, Any]
Form = dict[str, Any] | Callable[[Names], dict[str, Any]] | None


class Row(NamedTuple):
    """One operation: its cells, what is sent with it, and which things of the town it is about, if not the usual ones.

    `query` and the path are filled in with the town's names; a form may be made from them. `reveals`: whose name,
    number and address whoever may do this learns by it.
    """

    cells: Cells
    form: Form = None
    query: str = ""
    about: Mapping[str, str] = {}
    reveals: str = ""

    def names(self, names: Names) -> dict[str, Any]:
        return {**names, **{name: names[other] for name, other in self.about.items()}}


def row(*allowed: str, **refused: str) -> Cells:
    """None for those allowed, a code for the rest; what is said of one relation wins over what is said of its group."""
    found: Cells = {"visitor": NOBODY}
    for name, answer in sorted(refused.items(), key=lambda item: len(GROUPS.get(item[0], "")), reverse=True):
        found |= dict.fromkeys(GROUPS.get(name, (name,)), answer)
    return found | dict.fromkeys(allowed)


def everybody(**refused: str) -> Cells:
    """The public: visitors too."""
    return {**row(*SIGNED_IN), "visitor": None, **refused}
