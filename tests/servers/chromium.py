"""A real Chromium without a screen, and people sitting at windows of their own."""

from __future__ import annotations

import json
import shutil
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, WebSocket, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
PATIENCE_MS = 15_000
Told = Callable[[Page, str, bytes], None]


def program() -> str:
    """Where Chromium is; refuses when it is not installed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise FileNotFoundError("chromium is not installed: apt-get install chromium fonts-noto-cjk")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser; closed at the end of the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Windows:
    """Opens windows for people who share nothing with each other, and remembers what went wrong in them.

    `told`, if given, gets whatever the service tells each window: every frame as it comes; when they are closed, every
    answer of the API, and the page as it stands then.
    """

    def __init__(self, browser: Browser, told: Told | None = None) -> None:
        self.browser = browser
        self.told = told
        self.records = Path(tempfile.mkdtemp(prefix="zhengwutong-windows-"))
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, **context: Any) -> Page:
        """A page in a context of its own: zh-CN, Shanghai time, a desktop's size unless said otherwise."""
        wanted: dict[str, Any] = {
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": {"width": 1440, "height": 900},
        }
        if self.told:
            record = self.records / f"{len(self.contexts)}.har"
            wanted |= {"record_har_path": record, "record_har_url_filter": "**/api/**", "record_har_content": "embed"}
        opened = self.browser.new_context(**(wanted | context))
        opened.set_default_timeout(PATIENCE_MS)
        self.contexts.append(opened)
        page = opened.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", self.note)
        page.on("websocket", lambda line: self.overhear(page, line))
        return page

    def open_phone(self, **context: Any) -> Page:
        """A page on a telephone."""
        phone: dict[str, Any] = {
            "viewport": {"width": 390, "height": 844},
            "device_scale_factor": 2,
            "is_mobile": True,
            "has_touch": True,
        }
        return self.open(**(phone | context))

    def note(self, message: ConsoleMessage) -> None:
        # A line that cannot be reached, or an answer such as 404, is the subject of tests and no fault of the page.
        if message.type == "error" and not message.text.startswith(("Failed to load resource", "WebSocket connection")):
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def overhear(self, page: Page, line: WebSocket) -> None:
        if told := self.told:
            line.on("framereceived", lambda data: told(page, "a frame", as_bytes(data)))

    def close(self) -> None:
        told, pages = self.told, [context.pages[0] for context in self.contexts]
        if told:
            for page in pages:
                with suppress(Error):  # of a page that is on its way elsewhere
                    told(page, f"the page {page.url}", as_bytes(page.content()))
        for context in self.contexts:
            context.close()
        if told:
            for number, page in enumerate(pages):
                for where, answer in answers(self.records / f"{number}.har"):
                    told(page, where, answer)
        self.contexts.clear()
        shutil.rmtree(self.records, ignore_errors=True)


def as_bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def answers(record: Path) -> Iterator[tuple[str, bytes]]:
    """What was asked, and the answer with its headers, of each request in a record as browsers write it (HAR)."""
    for entry in json.loads(record.read_bytes())["log"]["entries"]:
        request, answer = entry["request"], entry["response"]
        content = answer["content"]
        text = content.get("text", "")
        body = b64decode(text) if content.get("encoding") == "base64" else as_bytes(text)
        headers = "\n".join(f"{one['name']}: {one['value']}" for one in answer["headers"])
        yield f"{request['method']} {request['url']}", as_bytes(headers) + body
