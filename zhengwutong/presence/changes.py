"""Subjects that want to know when people come and go. Lossy: what must be right is asked of `queries.present`."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger("zhengwutong.presence")
_calls: list[Callable[[set[int]], None]] = []


def on_change(call: Callable[[set[int]], None]) -> None:
    """Have `call` told, in the presence thread, of the users who have come or gone; it may read and write."""
    _calls.append(call)


def tell(user_ids: set[int]) -> None:
    """Pass on who has come or gone; a call that fails is logged and disturbs no other."""
    for call in _calls if user_ids else ():
        try:
            call(user_ids)
        except Exception:
            log.exception("a presence callback failed")
