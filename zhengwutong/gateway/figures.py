"""What has happened at the socket's door since the process began: plain numbers, written on the event loop only.

On the way of a message nothing is counted one by one: a batch counts its messages, a delivery its followers.
"""

from __future__ import annotations

from collections import Counter

from zhengwutong.kernel.tally import SECONDS, SIZES, Tally


class Figures:
    """The numbers of one door. `zhengwutong.watch` says what each means to an operator."""

    def __init__(self) -> None:
        self.frames: Counter[str] = Counter()  # heard, by kind; messages are counted by `batches`
        self.refused: Counter[str] = Counter()  # by code
        self.closed: Counter[int] = Counter()  # by the server, by close code
        self.overflows = 0  # connections cut because they left too much unread
        self.delivered = 0  # entries pushed, once for each follower
        self.stored = 0
        self.repeated = 0
        self.failed = 0  # batches
        self.batches = Tally(SIZES)  # messages in each batch
        self.store_seconds = Tally(SECONDS)  # from the beginning of a batch to its commit
        self.ack_seconds = Tally(SECONDS)  # of each message, as the oldest of its batch: from arrival to its ack
        self.comparisons = 0  # with the database, because a bell may be lost
        self.missed = 0  # streams which had moved without a bell
