"""The one port by which the service writes to people outside itself: e-mail and text messages.

Sent by one thread in the order given, so that an answer takes as long for an unknown address as for a known one, and
a slow carrier holds up nobody. What cannot be sent is logged without number and text; the person asks once more.

A text message goes to the webhook ZHENGWUTONG_SMS (POST {"to", "text"}), else into a file of the data folder.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import httpx
from django.conf import settings
from django.core.mail import EmailMessage

log = logging.getLogger("zhengwutong.messages")


def send_text(phone: str, text: str) -> None:
    """Text a number (E.164) soon."""
    post_office.post(lambda: carrier()(phone, text))


def send_mail(address: str, subject: str, text: str) -> None:
    """Write an e-mail soon. Line breaks in the subject are refused by Django's own check."""
    post_office.post(lambda: EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [address]).send())


def carrier() -> Callable[[str, str], None]:
    return by_webhook if settings.SMS_WEBHOOK else into_file


def by_webhook(phone: str, text: str) -> None:
    httpx.post(settings.SMS_WEBHOOK, json={"to": phone, "text": text}, timeout=10).raise_for_status()


def into_file(phone: str, text: str) -> None:
    """One JSON line per message: for trying out, and for installations without a carrier."""
    folder = Path(settings.DATA) / "messages"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "texts.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"to": phone, "text": text}, ensure_ascii=False) + "\n")


class PostOffice:
    """A queue and the thread that empties it, started with the first message."""

    def __init__(self) -> None:
        self.waiting: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self.starting = threading.Lock()
        self.thread: threading.Thread | None = None

    def post(self, send: Callable[[], object]) -> None:
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.deliver, name="messages", daemon=True)
                self.thread.start()
        self.waiting.put(send)

    def deliver(self) -> None:
        while True:
            send = self.waiting.get()
            try:
                send()
            except Exception as error:  # whatever the carrier raises, the next message must go out
                log.error("not sent: %s", type(error).__name__)

    def emptied(self, seconds: float = 10) -> bool:
        """Wait until everything posted before this call was handled; False when that takes longer."""
        done = threading.Event()
        self.post(done.set)
        return done.wait(seconds)


post_office = PostOffice()
