"""A WebSocket client made by hand, for what no proper client would send."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from tests.gateway.live import PATIENCE, Service

MASK = bytes([1, 2, 3, 4])


class Wire:
    """`response` is the head of the answer to the upgrade."""

    def __init__(
        self, service: Service, session: str = "", *, path: str = "/ws", headers: Sequence[bytes] = (), receive: int = 0
    ) -> None:
        self.socket = socket.socket()
        if receive:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", service.port))
        service.devices.callback(self.socket.close)
        lines = [
            f"GET {path} HTTP/1.1".encode(),
            f"Host: 127.0.0.1:{service.port}".encode(),
            f"Origin: {service.origin}".encode(),
            b"Upgrade: websocket",
            b"Connection: Upgrade",
            b"Sec-WebSocket-Version: 13",
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            f"Cookie: session={session}".encode(),
            *headers,
        ]
        self.socket.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.socket.recv(4096)
        self.response, _, self.rest = self.rest.partition(b"\r\n\r\n")

    def frame(
        self, opcode: int, payload: bytes = b"", *, fin: bool = True, masked: bool = True, reserved: int = 0
    ) -> None:
        """Send one frame, right or wrong."""
        size = len(payload)
        bit = 0x80 if masked else 0
        if size < 126:
            length = bytes([bit | size])
        elif size < 65536:
            length = bytes([bit | 126]) + size.to_bytes(2, "big")
        else:
            length = bytes([bit | 127]) + size.to_bytes(8, "big")
        if masked:
            payload = MASK + bytes(byte ^ MASK[place % 4] for place, byte in enumerate(payload))
        self.socket.sendall(bytes([(0x80 if fin else 0) | reserved | opcode]) + length + payload)

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
            if opcode == 0x8:
                return int.from_bytes(payload[:2], "big")
