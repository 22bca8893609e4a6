"""What uvicorn makes of each TCP connection, with what uvicorn does not look after: how large and how slow a request
may be, how many connections one address may hold, and how an upgrade may be asked for.

    connected ──head──► (body ──►) answered ──► connected, or a WebSocket
       └─ too slow, too large, wrong: a status and the end ─┘

Bodies are the bridge's. Limits are `HTTP_LIMITS` in the settings.
"""

from __future__ import annotations

import socket
import struct
from http import HTTPStatus
from time import monotonic
from typing import Any

import httptools
from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from zhengwutong.gateway.allowance import Allowances
from zhengwutong.gateway.transport import KERNEL_OUTBOX

MOST_HEADERS = 128
MOST_WAITING = 16  # requests sent on one connection before the first is answered
STEP = 8 * 1024  # bytes: an answer of which less is taken in `unread_seconds` is not being read

AT_ONCE = struct.pack("ii", 1, 0)


class TurnedAway(Exception):
    """Raised while a request is being parsed; nothing more is read of it."""


class Reception(HttpToolsProtocol):
    """HTTP on one connection until it ends or becomes a WebSocket."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limits: dict[str, int] = settings.HTTP_LIMITS
        self.allowances: Allowances = self.app_state["door"].allowances
        self.address = ""
        self.waiting_since: float | None = None  # for a head; None while a request is worked on, and between two
        self.head_begun = False
        self.head_size = 0
        self.unread = 0
        self.unread_since = 0.0
        self.wrong = HTTPStatus.BAD_REQUEST
        self.ended = False
        self.working: RequestResponseCycle | None = None

    # Beginning and end

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_OUTBOX)
        self.address = self.client[0] if self.client else ""
        self.waiting_since = monotonic()
        if not self.allowances.call(self.address):
            self.ended = True
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.allowances.hang_up(self.address)
        super().connection_lost(exc)

    def look(self, moment: float) -> None:
        """Each second: whoever does not say what he wants, or does not take what he asked for, is let go."""
        if self.waiting_since is not None and moment - self.waiting_since > self.limits["head_seconds"]:
            self.turn_away(HTTPStatus.REQUEST_TIMEOUT)
        unread = self.transport.get_write_buffer_size()
        if unread == 0 or self.unread == 0 or unread <= self.unread - STEP:
            self.unread, self.unread_since = unread, moment
        elif moment - self.unread_since > self.limits["unread_seconds"]:
            self.cut()

    # What arrives

    def data_received(self, data: bytes) -> None:
        if self.ended:
            return
        self._unset_keepalive_if_required()
        if self.waiting_since is None and not self.answering:
            self.waiting_since = monotonic()
        try:
            self.parser.feed_data(data)
            if self.head_begun:
                self.grow(len(data))
        except httptools.HttpParserUpgrade as upgrade:
            self.upgrade(data[upgrade.args[0] :])
        except (httptools.HttpParserError, TurnedAway):
            self.turn_away(self.wrong)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.head_begun, self.head_size = True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self.grow(len(name) + len(value))
        if len(self.headers) > MOST_HEADERS:
            self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        self.grow(len(self.url))
        self.head_begun, self.waiting_since = False, None
        if len(self.pipeline) >= MOST_WAITING:
            self.refuse(HTTPStatus.TOO_MANY_REQUESTS)
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.ended:
            self.transport.close()
        elif self.head_begun and not self.pipeline:
            self.waiting_since = monotonic()

    def grow(self, size: int) -> None:
        """Count bytes of a head, what is incomplete included: the parser keeps it without a limit."""
        self.head_size += size
        if self.head_size > self.limits["head_bytes"]:
            self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def refuse(self, status: HTTPStatus) -> None:
        self.wrong = status
        raise TurnedAway

    # An upgrade

    def _get_upgrade(self) -> bytes | None:
        """uvicorn looks at the last `Connection` only."""
        connection = b",".join(value for name, value in self.headers if name == b"connection").lower()
        if b"upgrade" not in (token.strip() for token in connection.split(b",")):
            return None
        return next((value.lower() for name, value in reversed(self.headers) if name == b"upgrade"), None)

    def upgrade(self, behind: bytes) -> None:
        """The connection becomes a WebSocket; `behind` are its first frames, sent without waiting for our answer.

        Refused while an earlier request is still being answered: two would write on one line.
        """
        if not self._should_upgrade():
            return  # to something else; answered as if it had not been asked for
        if self.parser.get_http_version() != "1.1":
            self.turn_away(HTTPStatus.BAD_REQUEST)
        elif self.parser.get_method() != b"GET":
            self.turn_away(HTTPStatus.METHOD_NOT_ALLOWED)
        elif self.answering:
            self.turn_away(HTTPStatus.CONFLICT)
        else:
            self.allowances.hang_up(self.address)
            self.handle_websocket_upgrade()
            if behind and not self.transport.is_closing():
                self.transport.get_protocol().data_received(behind)  # type: ignore[attr-defined]  # Upgraded has it

    # Ends

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.working = cycle
        super()._start_asgi_task(cycle, app)

    @property
    def answering(self) -> bool:
        return self.working is not None and not self.working.response_complete

    def turn_away(self, status: HTTPStatus) -> None:
        """Say what is wrong and close, or only close behind the answer to an earlier request that is under way."""
        if self.ended:
            return
        self.ended = True
        self.pipeline.clear()
        if self.answering and self.working is not None and not self.working.more_body:
            return
        text = f"{status.value} {status.phrase}".encode()
        head = b"HTTP/1.1 %b\r\ncontent-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        self.transport.write(head % (text, len(text)) + text)
        self.leave_off()
        self.transport.close()

    def cut(self) -> None:
        """End at once, and have the operating system throw away what was not taken."""
        self.ended = True
        self.pipeline.clear()
        self.leave_off()
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()

    def leave_off(self) -> None:
        """Whoever works on an answer need not go on."""
        if self.working is not None:
            self.working.disconnected = True
            self.working.message_event.set()
