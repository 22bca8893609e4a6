"""What allauth's doors answer to a form with nothing in it: only those who may come in are asked for more.

401: sign in (first). 400: let in, the form wants filling. 409: no such step is under way. A device's account counts as
nobody below `auth/`, so that its owner may sign in. Everything here is about oneself: no door takes anybody's id.
"""

from __future__ import annotations

VISITOR, DEVICE, CITIZEN, OFFICER = WHO = ("visitor", "device", "citizen", "officer")
AUTH, ACCOUNT = "/_allauth/browser/v1/auth", "/_allauth/browser/v1/account"

ANYBODY_ASKS = dict.fromkeys(WHO, 400)
NOTHING_UNDER_WAY = dict.fromkeys(WHO, 409)
NOBODY = dict.fromkeys(WHO, 401)


def signed_in(status: int, *, device: int | None = None, visitor: int = 401) -> dict[str, int]:
    return {VISITOR: visitor, DEVICE: status if device is None else device, CITIZEN: status, OFFICER: status}


TABLE: dict[str, dict[str, int]] = {
    "GET /_allauth/browser/v1/config": dict.fromkeys(WHO, 200),
    # coming in
    f"POST {AUTH}/login": ANYBODY_ASKS,
    f"POST {AUTH}/signup": ANYBODY_ASKS,
    f"POST {AUTH}/code/request": ANYBODY_ASKS,
    f"POST {AUTH}/password/request": ANYBODY_ASKS,
    f"POST {AUTH}/code/confirm": NOTHING_UNDER_WAY,
    f"POST {AUTH}/code/resend": NOTHING_UNDER_WAY,
    f"GET {AUTH}/password/reset": NOTHING_UNDER_WAY,
    f"POST {AUTH}/password/reset": NOTHING_UNDER_WAY,
    f"GET {AUTH}/email/verify": NOTHING_UNDER_WAY,
    f"POST {AUTH}/email/verify": NOTHING_UNDER_WAY,
    f"POST {AUTH}/email/verify/resend": NOTHING_UNDER_WAY,
    f"POST {AUTH}/phone/verify": NOTHING_UNDER_WAY,
    f"POST {AUTH}/phone/verify/resend": NOTHING_UNDER_WAY,
    f"POST {AUTH}/2fa/authenticate": NOBODY,
    # whoever is in; after signing out one is answered as nobody
    f"GET {AUTH}/session": signed_in(200, device=401),
    f"DELETE {AUTH}/session": NOBODY,
    f"POST {AUTH}/reauthenticate": signed_in(400, device=401),
    f"POST {AUTH}/2fa/reauthenticate": signed_in(400, device=401),
    f"GET {AUTH}/sessions": signed_in(200, device=401),
    f"DELETE {AUTH}/sessions": signed_in(400, device=401),
    f"POST {ACCOUNT}/password/change": signed_in(400),
    f"GET {ACCOUNT}/email": signed_in(200),
    f"POST {ACCOUNT}/email": signed_in(400, visitor=409),
    f"PUT {ACCOUNT}/email": signed_in(400),
    f"PATCH {ACCOUNT}/email": signed_in(400),
    f"DELETE {ACCOUNT}/email": signed_in(400),
    f"GET {ACCOUNT}/phone": signed_in(200),
    f"POST {ACCOUNT}/phone": signed_in(400, visitor=409),
    f"GET {ACCOUNT}/authenticators": signed_in(200),
    f"GET {ACCOUNT}/authenticators/totp": signed_in(404),
    f"POST {ACCOUNT}/authenticators/totp": signed_in(400),
    f"DELETE {ACCOUNT}/authenticators/totp": signed_in(200),
    f"GET {ACCOUNT}/authenticators/recovery-codes": signed_in(404),
    f"POST {ACCOUNT}/authenticators/recovery-codes": signed_in(400),
}
