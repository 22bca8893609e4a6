"""Who may read a case, work at it, look it up."""

from __future__ import annotations

from tests.access.cells import AT_THE_DESK, FORBIDDEN, HIDDEN, OTHER_DESKS, SIGNED_IN, TOO_LATE, Row, everybody, row

READERS = row("owner", *AT_THE_DESK, "handler", citizens=HIDDEN, staff=HIDDEN)
# An office's people see its cases; the talk a case comes from opens to the one who has taken responsibility.
TALK_READERS = READERS | {"handler": HIDDEN}
OFFICE = row(
    *AT_THE_DESK,
    "handler",
    citizens=FORBIDDEN,
    other_desks=HIDDEN,
    handler_elsewhere=HIDDEN,
    secretary=HIDDEN,
    others=FORBIDDEN,
)
WHO_HANDLE = row(
    *AT_THE_DESK, *OTHER_DESKS, "handler", "handler_elsewhere", "secretary", citizens=FORBIDDEN, others=FORBIDDEN
)
ACCEPTED = {"case_id": "accepted_case"}
LOOKUP = "?number={number}&code="

TABLE = {
    "GET /api/cases": Row(row(*SIGNED_IN)),
    "GET /api/cases/{case_id}": Row(READERS),
    "GET /api/cases/{case_id}/entries": Row(TALK_READERS),
    "GET /api/cases/{case_id}/entries of an accepted one": Row(READERS, about=ACCEPTED),
    "POST /api/cases/{case_id}/accept": Row(OFFICE),
    "POST /api/cases/{case_id}/accept what somebody has": Row(
        OFFICE | dict.fromkeys((*AT_THE_DESK, "handler"), TOO_LATE), about=ACCEPTED
    ),
    "POST /api/cases/{case_id}/answer": Row(OFFICE, {"body": "已经核对。"}),
    "GET /api/desk/cases": Row(WHO_HANDLE),
    "GET /api/cases/lookup": Row(everybody(), query=LOOKUP + "{code}"),
    "GET /api/cases/lookup with a wrong code": Row(dict.fromkeys(everybody(), HIDDEN), query=LOOKUP + "222222"),
}
