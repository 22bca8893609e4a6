"""Who may do what with a consultation, at a desk, with an inquiry, with phrases."""

from __future__ import annotations

from tests.access.cells import AT_THE_DESK, CITIZENS, FORBIDDEN, HIDDEN, OTHER_DESKS, TOO_LATE, Row, row

OWNER = row("owner", citizens=HIDDEN, staff=HIDDEN)
CITIZEN = row(*CITIZENS, staff=FORBIDDEN)
READERS = row("owner", *AT_THE_DESK, citizens=HIDDEN, other_desks=HIDDEN, others=FORBIDDEN)
WRITERS = row("owner", "serving", citizens=HIDDEN, at_the_desk=FORBIDDEN, other_desks=HIDDEN, others=FORBIDDEN)
DESK = row(*AT_THE_DESK, citizens=FORBIDDEN, other_desks=HIDDEN, others=FORBIDDEN)
SERVING = row("serving", citizens=FORBIDDEN, at_the_desk=FORBIDDEN, other_desks=HIDDEN, others=FORBIDDEN)
ANY_DESK = row(*AT_THE_DESK, *OTHER_DESKS, citizens=FORBIDDEN, others=FORBIDDEN)
OWN_PHRASE = row("serving", citizens=FORBIDDEN, at_the_desk=HIDDEN, other_desks=HIDDEN, others=FORBIDDEN)
REVEALED = row("serving", "lead", citizens=FORBIDDEN, at_the_desk=FORBIDDEN, other_desks=HIDDEN, others=FORBIDDEN)
TALK = "/api/consultations/{talk_id}"
WAITING, ENDED = {"talk_id": "waiting"}, {"talk_id": "ended"}
HOW_IT_ENDED = {"outcome": "answered", "subject": "养老"}
BACK_OFFICE = {"office": "labour", "days": 5, "subject": "社保", "summary": "请核对"}

TABLE = {
    # the citizen
    "POST /api/consultations": Row(CITIZEN, {"desk": "tax", "body": "您好", "key": "matrix"}),
    "GET /api/consultations": Row(CITIZEN),
    f"POST {TALK}/leave-message": Row(OWNER, about=WAITING),
    f"POST {TALK}/rating": Row(OWNER | {"owner": TOO_LATE}, {"level": 5}, about=ENDED),
    f"POST {TALK}/recall": Row(OWNER, lambda names: {"seq": names["word"]}),
    # both
    f"GET {TALK}": Row(READERS),
    f"GET {TALK} of somebody who waits": Row(READERS, about=WAITING),
    f"GET {TALK} that has ended": Row(READERS, about=ENDED),
    f"GET {TALK}/entries": Row(READERS),
    f"POST {TALK}/entries": Row(WRITERS, {"body": "您好", "key": "matrix"}),
    f"GET {TALK}/record": Row(READERS),
    f"GET {TALK}/record.txt": Row(READERS),
    f"POST {TALK}/end by the citizen": Row(WRITERS | {"serving": "invalid"}, {}),
    f"POST {TALK}/end": Row(WRITERS | {"owner": "invalid"}, HOW_IT_ENDED),
    # lists of the desk
    "GET /api/desk": Row(ANY_DESK),
    "GET /api/desk/waiting": Row(ANY_DESK),
    "GET /api/desk/messages": Row(ANY_DESK),
    "GET /api/desk/inquiries": Row(ANY_DESK),
    "GET /api/desk/colleagues": Row(DESK, query="?desk={desk}"),
    "GET /api/desk/transfer-options": Row(DESK, query="?consultation={talk_id}"),
    "POST /api/desk/take": Row(ANY_DESK | dict.fromkeys(OTHER_DESKS, HIDDEN), reveals="stranger"),
    # the officer
    f"POST {TALK}/accept": Row(DESK, about=WAITING, reveals="stranger"),
    f"POST {TALK}/accept what somebody serves": Row(DESK | dict.fromkeys(AT_THE_DESK[1:], TOO_LATE)),
    f"POST {TALK}/decline": Row(DESK | dict.fromkeys(AT_THE_DESK[1:], TOO_LATE), about=WAITING),
    f"POST {TALK}/hold": Row(SERVING, {"minutes": 3, "reason": "核实"}),
    f"POST {TALK}/transfer": Row(SERVING, {"desk": "tax", "summary": "由贵局负责"}),
    f"POST {TALK}/handover": Row(SERVING, lambda names: {"officer": names["colleague"]}),
    f"POST {TALK}/back-office": Row(SERVING, BACK_OFFICE),
    f"POST {TALK}/correct": Row(SERVING, lambda names: {"seq": names["answer"], "body": "更正"}),
    f"POST {TALK}/inquiries": Row(SERVING, {"desk": "tax", "question": "请确认"}),
    f"POST {TALK}/notes": Row(DESK, {"body": "行动不便", "key": "matrix"}),
    f"GET {TALK}/context": Row(DESK),
    f"GET {TALK}/context of somebody who waits": Row(DESK, about=WAITING),
    f"POST {TALK}/reveal": Row(REVEALED, {"field": "phone", "reason": "核对预约"}, reveals="owner"),
    f"POST {TALK}/reveal of somebody who waits": Row(
        DESK | dict.fromkeys(AT_THE_DESK, FORBIDDEN), {"field": "email", "reason": "核对预约"}, about=WAITING
    ),
    "POST /api/inquiries/{inquiry_id}/entries": Row(DESK | {"asked": None}, {"body": "可以", "key": "matrix"}),
    # phrases
    "GET /api/phrases": Row(ANY_DESK),
    "GET /api/phrases of a desk": Row(DESK, query="?desk={desk}"),
    "POST /api/phrases": Row(ANY_DESK, {"title": "开场", "body": "您好"}),
    "PATCH /api/phrases/{phrase_id}": Row(OWN_PHRASE, {"title": "结束"}),
    "DELETE /api/phrases/{phrase_id}": Row(OWN_PHRASE),
}
