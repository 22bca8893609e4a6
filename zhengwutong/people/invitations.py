"""One-time links by which staff choose their first password: signed, used once, good for seven days.

The token carries a fingerprint of the account's present password, so that choosing one, or taking it away, ends every
earlier link without a table of links.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.core import signing
from django.utils.crypto import constant_time_compare

from zhengwutong.kernel.errors import NotFound
from zhengwutong.people.models import User

SALT = "zhengwutong.people.invitation"
GOOD_FOR = timedelta(days=7)


class InvitationOver(NotFound):
    code, text = "invitation_over", "这个链接已经用过或已过期，请联系管理员重新发送。"


def issue(person: User, *, now: datetime) -> str:
    """The token of a link for this person."""
    ends = int((now + GOOD_FOR).timestamp())
    return signing.dumps([person.pk, ends, fingerprint(person)], salt=SALT)


def path(token: str) -> str:
    """Where the link leads, below the installation's address."""
    return f"/welcome/{token}"


def redeem(token: str, *, now: datetime) -> User:
    """Whom the token invites. InvitationOver when it was forged, used, replaced, or is too old."""
    try:
        user_id, ends, seen = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise InvitationOver from error
    person = User.objects.filter(pk=user_id, is_active=True).first()
    if person is None or now.timestamp() > ends or not constant_time_compare(seen, fingerprint(person)):
        raise InvitationOver
    return person


def fingerprint(person: User) -> str:
    return hashlib.sha256(person.password.encode()).hexdigest()[:24]
