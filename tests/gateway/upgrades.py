"""Upgrade requests as they should and should not be, one line a case, and what must come of each.

`served`: the connection opens and answers. `close CODE`: it opens to say why not, which a page can read. `http STATUS`:
it does not open. `gone`: the server hangs up.
"""

from __future__ import annotations

from typing import Any

from tests.gateway.live import Service
from tests.gateway.wire import PING, framed, upgrade

SERVED, NOT_OURS, NOT_SIGNED_IN = "served", "close 4403", "close 4401"
WRONG, NOTHING_THERE, TOO_LONG = "http 400", "http 404", "http 431"
OTHER_VERSION, OTHER_METHOD = "http 426", "http 405"


class Upgrade:
    """A request that differs in some places from a browser's. `{port}` and `{session}` stand for the real ones."""

    def __init__(self, name: str, answer: str, *, behind: bytes = b"", before: bytes = b"", **changed: Any) -> None:
        self.name = name
        self.answer = answer
        self.behind = behind
        self.before = before
        self.changed = changed

    def head(self, service: Service, session: str) -> bytes:
        known = {b"{port}": str(service.port).encode(), b"{session}": session.encode()}
        head = self.before + upgrade(service, session, **self.changed) + self.behind
        for name, value in known.items():
            head = head.replace(name, value)
        return head


HOST = b"127.0.0.1:{port}"
HERE = b"http://" + HOST
KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
ASKING = b"GET /healthz HTTP/1.1\r\nHost: " + HOST + b"\r\n\r\n"


def line(text: str) -> dict[str, bytes]:
    return {"line": text.encode()}


def more(*headers: bytes) -> dict[str, tuple[bytes, ...]]:
    return {"more": headers}


HEADERS = [
    Upgrade("as a browser asks", SERVED),
    Upgrade("as Firefox asks", SERVED, connection=b"keep-alive, Upgrade"),
    Upgrade("in small letters", SERVED, connection=b"upgrade", upgrade=b"websocket"),
    Upgrade("in capitals", SERVED, connection=b"UPGRADE", upgrade=b"WEBSOCKET"),
    Upgrade("connection on two lines", SERVED, **more(b"Connection: keep-alive")),
    Upgrade("without Connection", NOTHING_THERE, connection=None),
    Upgrade("without Upgrade", NOTHING_THERE, upgrade=None),
    Upgrade("to another protocol", NOTHING_THERE, upgrade=b"h2c"),
    Upgrade("to one protocol or another", NOTHING_THERE, upgrade=b"h2c, websocket"),
    Upgrade("without a version", OTHER_VERSION, sec_websocket_version=None),
    Upgrade("version 8", OTHER_VERSION, sec_websocket_version=b"8"),
    Upgrade("version 14", OTHER_VERSION, sec_websocket_version=b"14"),
    Upgrade("version 13.0", OTHER_VERSION, sec_websocket_version=b"13.0"),
    Upgrade("a version of strange letters", OTHER_VERSION, sec_websocket_version=b"\xff\xfe"),
    Upgrade("two versions", WRONG, **more(b"Sec-WebSocket-Version: 13")),
    Upgrade("without a key", WRONG, sec_websocket_key=None),
    Upgrade("an empty key", WRONG, sec_websocket_key=b""),
    Upgrade("a key of 15 bytes", WRONG, sec_websocket_key=b"dGhlIHNhbXBsZSBub25j"),
    Upgrade("a key that is no base64", WRONG, sec_websocket_key=b"!!!!!!!!!!!!!!!!!!!!!!=="),
    Upgrade("a key of strange letters", WRONG, sec_websocket_key=b"\xff" * 24),
    Upgrade("two keys", WRONG, **more(KEY)),
    Upgrade("compression offered", SERVED, **more(b"Sec-WebSocket-Extensions: permessage-deflate")),
    Upgrade("extensions nobody knows", SERVED, **more(b"Sec-WebSocket-Extensions: x; y=1, z")),
    Upgrade("a subprotocol offered", SERVED, **more(b"Sec-WebSocket-Protocol: chat, superchat")),
    Upgrade("a body announced", WRONG, behind=b"hello", **more(b"Content-Length: 5")),
    Upgrade("a body of nothing", SERVED, **more(b"Content-Length: 0")),
    Upgrade("a body in chunks", WRONG, behind=b"0\r\n\r\n", **more(b"Transfer-Encoding: chunked")),
    Upgrade("a body of two lengths", WRONG, **more(b"Content-Length: 0", b"Content-Length: 5")),
    Upgrade("a line without a colon", WRONG, **more(b"nonsense")),
    Upgrade("a space before a colon", WRONG, **more(b"X-Odd : 1")),
    Upgrade("a folded line", WRONG, **more(b"X-Odd: 1", b"  2")),
    Upgrade("a NUL in a header", WRONG, **more(b"X-Odd: a\0b")),
    Upgrade("a line break of one byte", WRONG, **more(b"X-Odd: a\rb")),
    Upgrade("a header of strange letters", SERVED, **more(b"X-Odd: \xff\xfe")),
    Upgrade("a header of 8,000 bytes", SERVED, **more(b"X-Odd: " + b"x" * 8000)),
    Upgrade("a header of 100,000 bytes", TOO_LONG, **more(b"X-Odd: " + b"x" * 100_000)),
    Upgrade("a name of 100,000 bytes", TOO_LONG, **more(b"X" * 100_000 + b": 1")),
    Upgrade("an address of 100,000 bytes", TOO_LONG, **line("GET /ws?" + "x" * 100_000 + " HTTP/1.1")),
    Upgrade("90 headers", SERVED, **more(*(b"X-%d: 1" % number for number in range(80)))),
    Upgrade("2,000 headers", TOO_LONG, **more(*(b"X-%d: 1" % number for number in range(2000)))),
]

ORIGINS = [
    Upgrade("no origin", NOT_OURS, origin=None),
    Upgrade("an empty origin", NOT_OURS, origin=b""),
    Upgrade("a sandbox's origin", NOT_OURS, origin=b"null"),
    Upgrade("another origin", NOT_OURS, origin=b"https://evil.example"),
    Upgrade("the other scheme of the same host", SERVED, origin=b"https://" + HOST),
    Upgrade("another port", NOT_OURS, origin=b"http://127.0.0.1:1"),
    Upgrade("no port", NOT_OURS, origin=b"http://127.0.0.1"),
    Upgrade("our name before another's", NOT_OURS, origin=HERE + b".evil.example"),
    Upgrade("our name as a user of another's", NOT_OURS, origin=HERE + b"@evil.example"),
    Upgrade("our name with a user", NOT_OURS, origin=b"http://evil@" + HOST),
    Upgrade("a file's origin", NOT_OURS, origin=b"file://"),
    Upgrade("an extension's origin", NOT_OURS, origin=b"chrome-extension://abcdefgh"),
    Upgrade("an origin of strange letters", NOT_OURS, origin=b"http://\xff\xfe"),
    Upgrade("an origin that is no address", NOT_OURS, origin=b"http://[::1"),
    Upgrade("two origins", WRONG, **more(b"Origin: https://evil.example")),
    Upgrade("a host we do not answer to", NOT_OURS, origin=b"http://evil.example", host=b"evil.example"),
    Upgrade("no host", NOT_OURS, host=None),
    Upgrade("two hosts", WRONG, **more(b"Host: evil.example")),
]

COOKIES = [
    Upgrade("no cookie", NOT_SIGNED_IN, cookie=None),
    Upgrade("an empty session", NOT_SIGNED_IN, cookie=b"session="),
    Upgrade("a session that never was", NOT_SIGNED_IN, cookie=b"session=" + b"x" * 32),
    Upgrade("a session with a quote in it", NOT_SIGNED_IN, cookie=b"session=' OR 1=1 --"),
    Upgrade("a session of strange letters", NOT_SIGNED_IN, cookie=b"session=\xff\xfe"),
    Upgrade("a session with an escaped NUL", NOT_SIGNED_IN, cookie=b'session="a\\000b"'),
    Upgrade("a session of 7,000 characters", NOT_SIGNED_IN, cookie=b"session=" + b"x" * 7000),
    Upgrade("a cookie that is none", NOT_SIGNED_IN, cookie=b";;=;a=;\x22"),
    Upgrade("another's cookie of that name in front", NOT_SIGNED_IN, cookie=b"session={session}; session=x"),
    Upgrade("200 cookies beside it", SERVED, cookie=b"a=1; " * 200 + b"session={session}"),
    Upgrade("cookies on two lines", SERVED, cookie=b"a=1", **more(b"Cookie: session={session}")),
    Upgrade("a forged forwarding address", SERVED, **more(b"X-Forwarded-For: ,,\xff; DROP TABLE")),
]

LINES = [
    Upgrade("hello in the address", SERVED, **line("GET /ws?hello HTTP/1.1")),
    Upgrade("another word in the address", SERVED, **line("GET /ws?hell=o&x=%00 HTTP/1.1")),
    Upgrade("strange letters in the address", WRONG, line=b"GET /ws?\xff HTTP/1.1"),
    Upgrade("a slash too many", NOTHING_THERE, **line("GET /ws/ HTTP/1.1")),
    Upgrade("a slash too many in front", NOTHING_THERE, **line("GET //ws HTTP/1.1")),
    Upgrade("in capitals", NOTHING_THERE, **line("GET /WS HTTP/1.1")),
    Upgrade("the path encoded", NOTHING_THERE, **line("GET /%77s HTTP/1.1")),
    Upgrade("the path by a detour", NOTHING_THERE, **line("GET /x/../ws HTTP/1.1")),
    Upgrade("the whole address", NOTHING_THERE, line=b"GET " + HERE + b"/ws HTTP/1.1"),
    Upgrade("another path", NOTHING_THERE, **line("GET /api/me HTTP/1.1")),
    Upgrade("the API's path of an upgrade", NOTHING_THERE, **line("GET /api/me?hello HTTP/1.1")),
    *(Upgrade(f"by {method}", OTHER_METHOD, **line(f"{method} /ws HTTP/1.1")) for method in ("POST", "PUT", "HEAD")),
    Upgrade("HTTP 1.0", WRONG, **line("GET /ws HTTP/1.0")),
    Upgrade("HTTP 2.0", WRONG, **line("GET /ws HTTP/2.0")),
    Upgrade("no version of HTTP", WRONG, **line("GET /ws")),
    Upgrade("small letters", WRONG, **line("get /ws http/1.1")),
    Upgrade("a frame right behind", SERVED, behind=framed(PING, b"x")),
    Upgrade("hello right behind", SERVED, behind=framed(1, b'{"t":"hello"}')),
    Upgrade("a bad frame right behind", "close 1002", behind=framed(3)),
    Upgrade("an upgrade behind an unanswered request", "http 200", before=ASKING),
]

UPGRADES = [*HEADERS, *ORIGINS, *COOKIES, *LINES]
