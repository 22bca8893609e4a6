"""Who must know that a post has ended: what somebody was let into because of it has to end with it.

Called inside the transaction that ends the post; a call that fails keeps the post from ending.
"""

from __future__ import annotations

from collections.abc import Callable

from zhengwutong.people.models import Post

Observer = Callable[[Post], object]
observers: list[Observer] = []


def observe(call: Observer) -> None:
    """Have `call` told of every post that ends; registering it twice is registering it once."""
    if call not in observers:
        observers.append(call)


def tell(post: Post) -> None:
    for call in observers:
        call(post)
