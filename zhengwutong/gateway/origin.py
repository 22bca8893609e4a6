"""Whether an upgrade comes from a page of ours: any page in the world may open a socket with our visitor's cookie."""

from __future__ import annotations

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def allowed(origin: str, host: str) -> bool:
    """True for the installation's public origin, else for the very host that was asked, under a name it answers to."""
    if origin and origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    scheme, _, name = origin.partition("://")
    if scheme not in ("http", "https") or not name or name.lower() != host.lower():
        return False
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
