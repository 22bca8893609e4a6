"""WebSockets by picows, inside uvicorn: the only file that knows either of their insides.

uvicorn parses the upgrade request and hands the connection to the class given as `ws=`. The constructor of picows'
protocol is not documented API: this file is written for picows 2.3.1, pinned in pyproject.toml.

`Socket` is one connection as the rest of the gateway sees it: whole text messages in, messages out, a bounded outbox,
pings, closing with code. What breaks the WebSocket protocol itself ends the connection here (1002, 1007, 1009).
"""

from __future__ import annotations

import asyncio
import logging
from time import monotonic
from typing import Any, Protocol

from picows import (
    WSAutoPingStrategy,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
)
from picows.picows import WSProtocol  # type: ignore[attr-defined]

from zhengwutong.gateway.frames import LONGEST_FRAME

OUTBOX = 256 * 1024  # bytes a connection may leave unread before it is cut
PAUSE = 64 * 1024  # bytes from which on a page is held back until the connection has drained
KERNEL_OUTBOX = 128 * 1024  # `reception` sets it, for every connection
LAST_WORDS = 5.0  # seconds a closing connection gets to take its last frames
READ_BUFFER = 2048
# Above this picows lends the frame's header to uvloop, which sends it later, when the next frame has overwritten it.
COPIED = 8192  # bytes
HEADER = 14  # bytes in front of a large frame for its header
HANDSHAKE = 10  # seconds
VERSION = "13"
ONCE = ("host", "origin", "upgrade", "sec-websocket-key", "sec-websocket-version")

TEXT, BINARY, CONTINUATION = WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION
PING, CLOSE = WSMsgType.PING, WSMsgType.CLOSE

# An adapter: for a real logger picows would make a child, about a kilobyte, for every connection.
logging.getLogger("picows").setLevel(logging.CRITICAL)
log = logging.LoggerAdapter(logging.getLogger("picows"), {})


class Door(Protocol):
    """Whoever takes new connections."""

    def open(self, request: WSUpgradeRequest, peer: str) -> Socket | None:
        """A socket for this request, or None for an address where there is nothing."""


class Upgraded(WSProtocol):  # type: ignore[misc]
    """What uvicorn makes for each upgrade request. The door is in the lifespan's state under "door"."""

    __slots__ = ("door", "peer")

    def __init__(self, config: Any, server_state: Any, app_state: dict[str, Any]) -> None:
        super().__init__(
            None,
            None,
            False,  # server side
            self.listen,
            log,
            True,  # an exception in a callback ends the connection
            HANDSHAKE,
            False,  # pings are sent by `heartbeat`
            30,
            20,
            WSAutoPingStrategy.PING_WHEN_IDLE,
            False,  # and answered below
            LONGEST_FRAME,
            None,
            READ_BUFFER,
        )
        self.door: Door = app_state["door"]
        self.peer = ""

    def connection_made(self, transport: Any) -> None:
        address = transport.get_extra_info("peername")
        self.peer = address[0] if isinstance(address, tuple) else ""
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """uvicorn hands over the text of the request, which may be longer than the buffer is at first."""
        rest = memoryview(data)
        while rest:
            room = self.get_buffer(-1)
            count = min(len(room), len(rest))
            room[:count] = rest[:count]
            self.buffer_updated(count)
            rest = rest[count:]

    def listen(self, request: WSUpgradeRequest) -> Socket | WSUpgradeResponseWithListener | None:
        """picows looks at the request only afterwards, and not at everything."""
        wrong = examined(request)
        if wrong is not None:
            return WSUpgradeResponseWithListener(wrong, None)
        request.headers["connection"] = "upgrade"  # browsers send a list, picows takes none
        return self.door.open(request, self.peer)


def examined(request: WSUpgradeRequest) -> WSUpgradeResponse | None:
    """The refusal of an upgrade request that is not as RFC 6455, 4.2.1 demands."""
    refusal: WSUpgradeResponse | None = None
    if any(len(request.headers.getall(name, ())) > 1 for name in ONCE):
        refusal = WSUpgradeResponse.create_error_response(400, b"a header is repeated")
    elif request.headers.get("sec-websocket-version") != VERSION:
        known = {"Sec-WebSocket-Version": VERSION, "Upgrade": "websocket"}
        refusal = WSUpgradeResponse.create_error_response(426, b"another version", known)
    return refusal


class Socket(WSListener):
    """One connection. Subclasses say what to do with a message (`hear`) and with the end (`gone`)."""

    __slots__ = ("clear", "closing", "drained", "full", "heard_at", "held", "part", "pinged", "transport", "unwanted")

    def __init__(self) -> None:
        self.transport: WSTransport | None = None
        self.heard_at = 0.0
        self.pinged = 0  # bytes waiting when the last ping was sent, plus one; 0 when none is outstanding
        self.full = False
        self.closing = False
        self.held: list[tuple[int, int, bytes]] | None = None  # what waits until a catching up is done
        self.clear = False  # connected, and nothing of the three above: a message can simply be sent
        self.part: bytearray | None = None
        self.unwanted = False  # the message of which `part` is a beginning is a binary one
        self.drained: asyncio.Future[None] | None = None

    def hear(self, data: memoryview | bytes) -> None:
        """A whole text message has arrived; the memory is only lent."""
        raise NotImplementedError

    def opened(self) -> None:
        """The connection stands."""

    def gone(self) -> None:
        """The connection has ended, whoever ended it."""

    def overflow(self) -> None:
        """The outbox is full: more is waiting for this connection than it may leave unread."""
        raise NotImplementedError

    def binary(self) -> None:
        """A binary message has arrived and was dropped."""

    def too_many(self) -> bool:
        """A ping, a pong or a piece of a message has arrived; True when there were so many that this is the end."""
        raise NotImplementedError

    # What picows calls

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        transport.underlying_transport.set_write_buffer_limits(high=PAUSE)
        self.heard_at = monotonic()
        self.look_ahead()
        self.opened()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        self.heard_at = monotonic()
        self.pinged = 0
        if self.closing and frame.msg_type != CLOSE:
            return
        if frame.msg_type == TEXT and frame.fin and self.part is None and not (frame.rsv1 or frame.rsv2 or frame.rsv3):
            self.hear(frame.get_payload_as_memoryview())
        else:
            self.unusual(transport, frame)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.closing = True
        self.look_ahead()
        self.wake()
        self.gone()

    def pause_writing(self) -> None:
        self.full = True
        self.look_ahead()

    def resume_writing(self) -> None:
        self.full = False
        self.look_ahead()
        self.wake()

    # What is rarer than a whole text message

    def unusual(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.rsv1 or frame.rsv2 or frame.rsv3:
            self.end(1002, "reserved bits")
        elif frame.msg_type == CLOSE:
            self.parted(transport, frame.get_payload_as_bytes()[:2])
        elif self.too_many():
            return
        elif frame.msg_type == PING:
            self.answer(transport, frame.get_payload_as_bytes())
        elif frame.msg_type in (TEXT, BINARY, CONTINUATION):
            self.gather(frame)

    def answer(self, transport: WSTransport, ping: bytes) -> None:
        """A ping is answered by somebody who reads what he is sent."""
        if self.full and self.waiting() > OUTBOX:
            self.overflow()
        else:
            transport.send_pong(ping)

    def parted(self, transport: WSTransport, code: bytes) -> None:
        """The other side closes, or answers our close: its code is said back when it is one that may be said."""
        if not self.closing:
            self.closing = True
            self.look_ahead()
            if not code:
                transport.send(CLOSE, b"")
            else:
                number = int.from_bytes(code, "big")
                transport.send_close(number if may_be_said(number) else 1002)  # type: ignore[arg-type]
        transport.disconnect()

    def gather(self, frame: WSFrame) -> None:
        """A message in several frames: kept until the last one, up to the size of the largest allowed."""
        if (frame.msg_type == CONTINUATION) is (self.part is None):
            self.end(1002, "fragments out of order")
            return
        if self.part is None:
            self.part, self.unwanted = bytearray(), frame.msg_type == BINARY
        self.part += frame.get_payload_as_memoryview()
        if len(self.part) > LONGEST_FRAME:
            self.end(1009, "message too big")
        elif frame.fin:
            whole, self.part = bytes(self.part), None
            if self.unwanted:
                self.binary()
            else:
                self.hear(whole)

    # What the gateway does

    def look_ahead(self) -> None:
        """Note whether the next message can simply be sent."""
        self.clear = self.transport is not None and not (self.closing or self.full or self.held is not None)

    def push(self, data: bytes) -> None:
        """Send a text message; a connection that leaves too much unread overflows instead."""
        if self.clear and len(data) <= COPIED:
            self.transport.send(TEXT, data)  # type: ignore[union-attr]  # clear means connected
        elif self.held is not None:
            self.hold(0, 0, data)
        else:
            self.push_now(data)

    def push_entry(self, stream: int, seq: int, data: bytes) -> None:
        """Send an entry's message; while held, it is known by its number."""
        if self.held is None:
            self.push(data)
        else:
            self.hold(stream, seq, data)

    def hold(self, stream: int, seq: int, data: bytes) -> None:
        """Keep a message until the client has caught up."""
        raise NotImplementedError

    def push_now(self, data: bytes) -> None:
        """Send a message past what is held."""
        if self.transport is None or self.closing:
            return
        if self.full and self.waiting() + len(data) > OUTBOX:
            self.overflow()
        elif len(data) <= COPIED:
            self.transport.send(TEXT, data)
        else:
            self.transport.send_reuse_external_bytearray(TEXT, bytearray(HEADER) + data, HEADER)

    def waiting(self) -> int:
        """Bytes sent that the operating system has not taken yet."""
        size: int = self.transport.underlying_transport.get_write_buffer_size() if self.transport else 0
        return size

    def ping(self) -> None:
        if self.transport is not None and not self.closing:
            self.pinged = self.waiting() + 1
            self.transport.send_ping()

    async def room(self) -> None:
        """Return when little is left unread, or the connection has ended."""
        while self.full and not self.closing:
            self.drained = asyncio.get_running_loop().create_future()
            await self.drained

    def wake(self) -> None:
        if self.drained is not None and not self.drained.done():
            self.drained.set_result(None)

    def end(self, code: int, reason: str = "", last: bytes | None = None) -> None:
        """Say a last frame, close with the code, and be gone within seconds whatever the other side does."""
        if self.closing or self.transport is None:
            return
        if last is not None:
            self.transport.send(TEXT, last)
        self.closing = True
        self.look_ahead()
        self.wake()
        self.transport.send_close(code, reason)  # type: ignore[arg-type]  # any number is a code
        asyncio.get_running_loop().call_later(LAST_WORDS, self.drop)

    def deafen(self) -> None:
        """Hear nothing more of somebody who is being sent away; what he goes on sending stays in his own buffers."""
        if self.transport is not None and not self.transport.is_disconnected:
            self.transport.underlying_transport.pause_reading()

    def drop(self) -> None:
        """End the connection without another word."""
        if self.transport is not None:
            self.transport.disconnect(False)


def may_be_said(code: int) -> bool:
    """Whether a close frame may have this code (RFC 6455, 7.4)."""
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999
