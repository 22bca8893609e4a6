"""The doors of consultation. Parse, fetch through `access`, act or query, answer."""

from __future__ import annotations

from ninja import Router

from zhengwutong.consult.api import citizen, desk, inquiries, phrases, talk

router = Router(tags=["consult"])
for part in (citizen, talk, desk, inquiries, phrases):
    router.add_router("", part.router)
