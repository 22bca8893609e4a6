"""Who changes himself, his sessions, an invitation; who administers."""

from __future__ import annotations

from tests.access.cells import CITIZENS, FORBIDDEN, HIDDEN, SIGNED_IN, TOO_LATE, UNPROVED, Row, everybody, row

ONESELF = row(*SIGNED_IN)
ADMINISTRATOR = row("system_admin", unproved=UNPROVED, signed_in=FORBIDDEN)
NAMED = row(*CITIZENS, staff=FORBIDDEN)
OFFICE = {"key": "forestry", "name": "浙江省林业厅", "short_name": "省林业厅", "tile": "林"}
PASSWORD = {"password": "Hu-Bin-Lu-1107"}

TABLE = {
    "GET /api/me": Row(everybody()),
    "PATCH /api/me": Row(ONESELF, {"language": "en"}),
    "PATCH /api/me name": Row(NAMED, {"name": "王小明"}),
    "GET /api/me/sessions": Row(ONESELF),
    "DELETE /api/me/sessions/{session_id}": Row(row("owner", signed_in=HIDDEN)),
    "POST /api/people/anonymous": Row(everybody()),
    "POST /api/people/claim": Row(
        row("device", signed_in=TOO_LATE), {"username": "xihu.2006", "password": "hu-bin-lu-1107"}
    ),
    "GET /api/people/invitations/{token}": Row(everybody()),
    "GET /api/people/invitations/{token} forged": Row(
        dict.fromkeys(everybody(), "invitation_over"), about={"token": "code"}
    ),
    "POST /api/people/invitations/{token}": Row(everybody(), PASSWORD),
    "POST /api/people/invitations/{token} forged": Row(
        dict.fromkeys(everybody(), "invitation_over"), PASSWORD, about={"token": "code"}
    ),
    "GET /api/offices": Row(everybody()),
    "GET /api/destinations": Row(everybody()),
    "GET /api/admin/staff": Row(ADMINISTRATOR),
    "POST /api/admin/staff": Row(ADMINISTRATOR, {"username": "chen-min", "name": "陈敏", "role": "officer"}),
    "PATCH /api/admin/staff/{user_id}": Row(ADMINISTRATOR, {"name": "陈敏"}),
    "POST /api/admin/staff/{user_id}/invitation": Row(ADMINISTRATOR),
    "POST /api/admin/posts": Row(ADMINISTRATOR, lambda names: {"user": names["user_id"], "office": "tax"}),
    "DELETE /api/admin/posts/{post_id}": Row(ADMINISTRATOR),
    "GET /api/admin/offices": Row(ADMINISTRATOR),
    "POST /api/admin/offices": Row(ADMINISTRATOR, OFFICE),
    "PATCH /api/admin/offices/{key}": Row(ADMINISTRATOR, {"remit": "社保"}),
    "POST /api/admin/destinations": Row(ADMINISTRATOR, {"name": "省气象台", "group": "公用事业"}),
    "PATCH /api/admin/destinations/{place_id}": Row(ADMINISTRATOR, {"phone": "0571-2"}),
}
