"""Who sees the board, declares himself, reads and plans a roster."""

from __future__ import annotations

from tests.access.cells import AT_THE_DESK, FORBIDDEN, HIDDEN, OTHER_DESKS, Row, everybody, row

SERVE = row(*AT_THE_DESK, *OTHER_DESKS, citizens=FORBIDDEN, others=FORBIDDEN)
READ = row(*AT_THE_DESK, "handler", "inspector", "system_admin", "unproved", citizens=FORBIDDEN, staff=HIDDEN)
PLAN = row("lead", "system_admin", "unproved", citizens=FORBIDDEN, helping=HIDDEN, staff=FORBIDDEN)
PERIOD = "?desk={desk}&from={today}&to={today}"

TABLE = {
    "GET /api/duty/board": Row(everybody()),
    "GET /api/duty/me": Row(SERVE),
    "PUT /api/duty/me": Row(SERVE, {"state": "busy"}),
    "GET /api/duty/roster": Row(READ, query=PERIOD),
    "GET /api/duty/minutes": Row(READ, query=PERIOD),
    "PUT /api/duty/roster": Row(
        PLAN,
        lambda names: {"desk": names["desk"], "from": names["today"], "to": names["today"], "shifts": []},
    ),
}
