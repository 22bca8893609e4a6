"""A WebSocket client made by hand, for what no proper client would send."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from tests.gateway.live import PATIENCE, Service

MASK = bytes([1, 2, 3, 4])
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
REQUEST = {
    "Upgrade": b"websocket",
    "Connection": b"Upgrade",
    "Sec-WebSocket-Version": b"13",
    "Sec-WebSocket-Key": b"dGhlIHNhbXBsZSBub25jZQ==",
}


def masked(payload: bytes) -> bytes:
    return bytes(byte ^ MASK[place % 4] for place, byte in enumerate(payload))


def length(size: int, *, form: int = 0, bit: int = 0x80) -> bytes:
    """The length as a frame states it; `form` (7, 16 or 64 bits) other than the shortest when asked."""
    form = form or (7 if size < 126 else 16 if size < 65536 else 64)
    if form == 7:
        return bytes([bit | size])
    return bytes([bit | (126 if form == 16 else 127)]) + size.to_bytes(form // 8, "big")


def framed(
    opcode: int, payload: bytes = b"", *, fin: bool = True, mask: bool = True, reserved: int = 0, form: int = 0
) -> bytes:
    """One frame of a client, right or wrong."""
    first = bytes([(0x80 if fin else 0) | reserved | opcode])
    size = length(len(payload), form=form, bit=0x80 if mask else 0)
    return first + size + (MASK + masked(payload) if mask else payload)


def upgrade(
    service: Service,
    session: str = "",
    *,
    line: bytes = b"GET /ws HTTP/1.1",
    more: Sequence[bytes] = (),
    **changed: bytes | None,
) -> bytes:
    """An upgrade request; a header given by name (`sec_websocket_key`) is changed, or left out when None."""
    usual: dict[str, bytes] = {
        "Host": f"127.0.0.1:{service.port}".encode(),
        "Origin": service.origin.encode(),
        **REQUEST,
        "Cookie": f"session={session}".encode(),
    }
    known = {name.lower().replace("-", "_"): name for name in usual}
    headers: dict[str, bytes | None] = {**usual, **{known[name]: value for name, value in changed.items()}}
    lines = [line, *(name.encode() + b": " + value for name, value in headers.items() if value is not None), *more]
    return b"\r\n".join(lines) + b"\r\n\r\n"


class Wire:
    """`response` is the head of the answer to the upgrade, or to whatever was sent as `head` in its place."""

    def __init__(
        self,
        service: Service,
        session: str = "",
        *,
        path: str = "/ws",
        headers: Sequence[bytes] = (),
        receive: int = 0,
        head: bytes = b"",
    ) -> None:
        self.socket = socket.socket()
        if receive:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", service.port))
        service.devices.callback(self.socket.close)
        self.socket.sendall(head or upgrade(service, session, line=f"GET {path} HTTP/1.1".encode(), more=headers))
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            data = self.socket.recv(4096)
            if not data:
                break
            self.rest += data
        self.response, _, self.rest = self.rest.partition(b"\r\n\r\n")

    @property
    def status(self) -> int:
        """The status of the answer to the upgrade; 0 when there was none."""
        return int(self.response.split(b" ")[1]) if self.response else 0

    def send(self, data: bytes) -> None:
        """Send these bytes as they are."""
        self.socket.sendall(data)

    def frame(
        self, opcode: int, payload: bytes = b"", *, fin: bool = True, masked: bool = True, reserved: int = 0
    ) -> None:
        """Send one frame, right or wrong."""
        self.send(framed(opcode, payload, fin=fin, mask=masked, reserved=reserved))

    def read(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload."""
        first, second = self.take(2)
        size = second & 127
        if size == 126:
            size = int.from_bytes(self.take(2), "big")
        elif size == 127:
            size = int.from_bytes(self.take(8), "big")
        return first & 15, self.take(size)

    def take(self, count: int) -> bytes:
        while len(self.rest) < count:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("the server ended the connection")
            self.rest += data
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def close_code(self) -> int:
        """Read on until the server closes; its code."""
        while True:
            opcode, payload = self.read()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], "big")

    def close(self, *, reset: bool = False) -> None:
        """Hang up; `reset`: as a machine that lost its memory."""
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytes([1, 0, 0, 0, 0, 0, 0, 0]))
        self.socket.close()
