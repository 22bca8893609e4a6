"""What remains of personal data for eyes that have no need of it. Masking happens here, never in the client."""

from __future__ import annotations

import re

MAINLAND = re.compile(r"^\+?86(?=1\d{10}$)")


def phone(number: str) -> str:
    """138****5206; a number too short to keep seven digits shows its last two at most. Empty stays empty."""
    digits = MAINLAND.sub("", number)
    if len(digits) >= 8:
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(0, len(digits) - 2) + digits[-2:] if len(digits) > 2 else "*" * len(digits)


def name(full: str) -> str:
    """王** for a name of three characters: the first one, and a star for each of the others."""
    return full[:1] + "*" * (len(full) - 1)


def email(address: str) -> str:
    """z***@example.cn: the first letter and the domain."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}***{at}{domain}" if address else ""
