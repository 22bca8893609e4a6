"""A line to the other processes: publish and subscribe on one Valkey channel, each in a thread of its own.

Nobody waits for Valkey: what cannot be published within its bound is dropped, and the listeners are told to look
everywhere again once the line is back. What is published is sealed with the installation's secret: who can write to
Valkey cannot put words into anybody's mouth, and what comes with another seal is taken for lost.

Who listens says so, with an empty word: when he begins, and whenever he has said nothing for a second. As long as
Valkey has nobody else to hand his words to, a process need not speak at all.

    subscribed ──► here! ──one heard it: oneself──► alone ──another's here, or the line breaks──► again! ──► not alone
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from hashlib import blake2b, sha256
from hmac import compare_digest

import redis

log = logging.getLogger("zhengwutong.bell")
CHANNEL = "zhengwutong:bell"
WAITING = 10_000  # messages kept for a Valkey that does not answer
PATIENCE = 2.0  # seconds for connecting and answering
PAUSE = 1.0  # seconds between attempts
NAME, SEAL = 8, 16  # bytes in front of what is said: who says it, and the seal
HERE = b""


class Line:
    """`publish` hands out to all other processes, `subscribe` hears them. `up` is true while subscribed.

    `again` is what is said to whoever may have missed something.
    """

    def __init__(self, url: str, secret: str, again: bytes) -> None:
        self.url = url
        self.again = again
        self.key = sha256(f"bell {secret}".encode()).digest()
        self.me = os.urandom(NAME)
        self.up = False
        self.alone = False  # nobody else is subscribed, as far as Valkey knows
        self.dropped = 0
        self.ended = threading.Event()
        self.outgoing: queue.Queue[bytes] = queue.Queue(WAITING)
        self.starting = threading.Lock()
        self.publisher: threading.Thread | None = None

    def publish(self, data: bytes) -> None:
        """Send to all other processes, sometime soon, or never. Returns at once."""
        with self.starting:
            if self.publisher is None:
                self.publisher = threading.Thread(target=self.publish_all, name="bell-out", daemon=True)
                self.publisher.start()
        try:
            self.outgoing.put_nowait(data)
        except queue.Full:
            self.dropped += 1

    def subscribe(self, heard: Callable[[bytes], None]) -> None:
        """Call `heard` with what others publish, and with `again` whenever something may have been missed."""
        threading.Thread(target=self.hear_all, args=(heard,), name="bell-in", daemon=True).start()

    def close(self) -> None:
        """End both threads soon."""
        self.ended.set()

    def seal(self, data: bytes) -> bytes:
        return blake2b(data, digest_size=SEAL, key=self.key).digest()

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(
            self.url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry_on_timeout=False
        )

    def publish_all(self) -> None:
        client = self.client()
        while not self.ended.is_set():
            try:
                data = self.outgoing.get(timeout=PAUSE)
            except queue.Empty:
                if not self.up:
                    continue
                data = HERE
            try:
                listening = client.publish(CHANNEL, self.me + self.seal(data) + data)
            except redis.RedisError as error:
                log.warning("Valkey does not take messages: %s", type(error).__name__)
                self.ended.wait(PAUSE)
                continue
            if self.up and listening == 1:
                self.alone = True
            else:
                self.in_company()
        client.close()

    def in_company(self) -> None:
        """Somebody else may be listening; what was not said meanwhile he has missed."""
        if self.alone:
            self.alone = False
            self.publish(self.again)

    def hear_all(self, heard: Callable[[bytes], None]) -> None:
        while not self.ended.is_set():
            try:
                self.hear_until_broken(heard)
            except redis.RedisError as error:
                log.warning("Valkey does not answer: %s", type(error).__name__)
            if self.up:
                self.up = False
                self.in_company()
                heard(self.again)
            self.ended.wait(PAUSE)

    def hear_until_broken(self, heard: Callable[[bytes], None]) -> None:
        with self.client() as client, client.pubsub(ignore_subscribe_messages=False) as channel:
            channel.subscribe(CHANNEL)
            silent = 0
            while not self.ended.is_set():
                message = channel.get_message(timeout=PAUSE)
                if message is None:
                    silent += 1
                    if silent % 3 == 0:
                        channel.ping()
                    if silent > 9:  # a Valkey that neither speaks nor answers pings
                        raise redis.ConnectionError("silent")
                    continue
                silent = 0
                if message["type"] == "subscribe":
                    self.up = True
                    self.publish(HERE)
                    heard(self.again)
                elif message["type"] == "message" and message["data"][:NAME] != self.me:
                    self.hear(message["data"], heard)

    def hear(self, message: bytes, heard: Callable[[bytes], None]) -> None:
        seal, data = message[NAME : NAME + SEAL], message[NAME + SEAL :]
        if not compare_digest(seal, self.seal(data)):
            log.error("somebody else speaks on the bell's channel, or with another secret")
        elif data == HERE:
            self.in_company()
        else:
            heard(data)
