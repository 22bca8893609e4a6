"""What a client may send on an open connection that it should not, one line a case, and what must come back.

Answers are words: `err CODE`, `pong`, `welcome`, `close CODE`, `gone` (ended without a close frame). Nothing at all is
the empty tuple. After an answer that is no end the connection must still serve.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from tests.gateway.wire import BINARY, CLOSE, CONTINUATION, MASK, PING, PONG, TEXT, framed, length, masked

LARGEST = 64 * 1024
INVALID = ("err invalid",)


class Case(NamedTuple):
    """`said` is whether the client has said hello before."""

    name: str
    sent: bytes
    answer: tuple[str, ...]
    said: bool = True


def text(payload: str | bytes, **options: object) -> bytes:
    data = payload.encode() if isinstance(payload, str) else payload
    return framed(TEXT, data, **options)  # type: ignore[arg-type]


def closing(code: int, reason: bytes = b"") -> bytes:
    return framed(CLOSE, code.to_bytes(2, "big") + reason)


def pieces(*parts: bytes, first: int = TEXT) -> bytes:
    """One message in as many frames as there are parts."""
    last = len(parts) - 1
    return b"".join(
        framed(first if place == 0 else CONTINUATION, part, fin=place == last) for place, part in enumerate(parts)
    )


def send(**fields: object) -> bytes:
    """A `send` frame with some fields changed."""
    return text(json.dumps({"t": "send", "stream": 1, "key": "k", "body": "b"} | fields))


def ends(code: int) -> tuple[str, ...]:
    return (f"close {code}",)


PINGS = text('{"t":"ping"}')
OPCODES = [
    Case(f"opcode {opcode:#x} is reserved", framed(opcode, b"x"), ends(1002)) for opcode in (3, 4, 5, 6, 7, 11, 12, 15)
]

FRAMING = [
    *OPCODES,
    Case("reserved bit 1 on a text: compression was not agreed", text("{}", reserved=0x40), ends(1002)),
    Case("reserved bit 2 on a text", text("{}", reserved=0x20), ends(1002)),
    Case("reserved bit 3 on a text", text("{}", reserved=0x10), ends(1002)),
    Case("all reserved bits on a text", text("{}", reserved=0x70), ends(1002)),
    Case("reserved bit 1 on a ping", framed(PING, b"x", reserved=0x40), ends(1002)),
    Case("reserved bit 2 on a pong", framed(PONG, b"x", reserved=0x20), ends(1002)),
    Case("reserved bit 3 on a close", framed(CLOSE, b"\x03\xe8", reserved=0x10), ends(1002)),
    Case("reserved bit 1 on a continuation", text("a", fin=False) + framed(0, b"b", reserved=0x40), ends(1002)),
    Case("an unmasked text", text("{}", mask=False), ends(1002)),
    Case("an unmasked ping", framed(PING, b"x", mask=False), ends(1002)),
    Case("an unmasked close", framed(CLOSE, b"\x03\xe8", mask=False), ends(1002)),
    Case("an unmasked frame without payload", text("", mask=False), ends(1002)),
    Case("a ping in pieces", framed(PING, b"x", fin=False), ends(1002)),
    Case("a pong in pieces", framed(PONG, b"x", fin=False), ends(1002)),
    Case("a close in pieces", framed(CLOSE, b"\x03\xe8", fin=False), ends(1002)),
    Case("a ping of 126 bytes", framed(PING, b"x" * 126), ends(1002)),
    Case("a ping of 70,000 bytes", framed(PING, b"x" * 70_000), ends(1002)),
    Case("a pong of 126 bytes", framed(PONG, b"x" * 126), ends(1002)),
    Case("a close of 126 bytes", closing(1000, b"x" * 124), ends(1002)),
    Case("a length of 5 in 16 bits", text("{}{}{", form=16), ends(1002)),
    Case("a length of 125 in 16 bits", text("x" * 125, form=16), ends(1002)),
    Case("a length of 5 in 64 bits", text("{}{}{", form=64), ends(1002)),
    Case("a length of 65,535 in 64 bits", text("x" * 65_535, form=64), ends(1002)),
    Case("a length with the highest bit", b"\x81\xff\x80" + bytes(7) + MASK, ends(1002)),
    Case("the greatest length there is", b"\x81\xff" + b"\xff" * 8 + MASK, ends(1002)),
    Case("a length of 2 to the 62nd", b"\x81\xff\x40" + bytes(7) + MASK, ends(1009)),
    Case("a text one byte too long", text("x" * (LARGEST + 1)), ends(1009)),
    Case("a binary one byte too long", framed(BINARY, b"x" * (LARGEST + 1)), ends(1009)),
    Case("a promise of a megabyte", b"\x81" + length(2**20) + MASK, ends(1009)),
    Case("the largest text there may be", text("x" * LARGEST), INVALID),
    Case("a masked frame in single bytes of length", text('{"t":"ping"}', form=7), ("pong",)),
    Case("two frames in one go", PINGS + PINGS, ("pong", "pong")),
    Case("a good frame and then a bad one", text("") + framed(3), ("close 1002",)),
    Case("a bad frame and then a good one", framed(3) + PINGS, ends(1002)),
    Case("bytes that are no frame", b"GET / HTTP/1.1\r\n\r\n", ends(1002)),
    Case("a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ends(1002)),
]

FRAGMENTS = [
    Case("the continuation of nothing", framed(CONTINUATION, b"x"), ends(1002)),
    Case("the continuation of nothing, unfinished", framed(CONTINUATION, b"x", fin=False), ends(1002)),
    Case("a text inside a text", text("a", fin=False) + text("b"), ends(1002)),
    Case("a binary inside a text", text("a", fin=False) + framed(BINARY, b"b"), ends(1002)),
    Case("a text inside a binary", framed(BINARY, b"a", fin=False) + text("b"), ends(1002)),
    Case("an unfinished text inside a text", text("a", fin=False) + text("b", fin=False), ends(1002)),
    Case("one continuation too many", pieces(b'{"t":', b'"ping"}') + framed(CONTINUATION), ("pong", "close 1002")),
    Case("a message in two pieces", pieces(b'{"t":', b'"ping"}'), ("pong",)),
    Case("a message in pieces of a byte", pieces(*(bytes([one]) for one in b'{"t":"ping"}')), ("pong",)),
    Case("pieces with nothing in them", pieces(b"", b"", b'{"t":"ping"}', b"", b""), ("pong",)),
    Case("nothing, in two pieces", pieces(b"", b""), INVALID),
    Case("a pong between pieces", text('{"t":', fin=False) + framed(PONG) + framed(0, b'"ping"}'), ("pong",)),
    Case("a close between pieces", text('{"t":', fin=False) + closing(1000), ends(1000)),
    Case("a reserved opcode between pieces", text("a", fin=False) + framed(0xB), ends(1002)),
    Case("pieces that are together too long", pieces(b"x" * 40_000, b"x" * 40_000), ends(1009)),
    Case("pieces, the last of which is one byte too many", pieces(b"x" * LARGEST, b"x"), ends(1009)),
    Case("a binary message in pieces", pieces(b'{"t":', b'"ping"}', first=BINARY), INVALID),
    Case("pieces of a binary that are too long", pieces(b"x" * 40_000, b"x" * 40_000, first=BINARY), ends(1009)),
]

UTF_8 = [
    Case("a byte that is never UTF-8", text(b"\xff"), ends(1007)),
    Case("the same inside a string", text(b'{"t":"\xff"}'), ends(1007)),
    Case("the same behind a frame", text(b'{"t":"ping"}\xff'), ends(1007)),
    Case("the same in the name of a field", text(b'{"t":"ping","\xff":1}'), ends(1007)),
    Case("the same in a name of a cursor", text(b'{"t":"hello","cursors":{"\xff":1}}'), ends(1007)),
    Case("the same in a key", text(b'{"t":"send","stream":1,"key":"\xff","body":"b"}'), ends(1007)),
    Case("the same in a body", text(b'{"t":"send","stream":1,"key":"k","body":"\xff"}'), ends(1007)),
    Case("the same where a number belongs", text(b'{"t":"typing","stream":\xff}'), ends(1007)),
    Case("a lone continuation byte", text(b'{"t":"\x80"}'), ends(1007)),
    Case("a character that is cut off", text('{"t":"省'.encode()[:-1]), ends(1007)),
    Case("a slash in two bytes", text(b'{"t":"\xc0\xaf"}'), ends(1007)),
    Case("a NUL in two bytes", text(b'{"t":"\xc0\x80"}'), ends(1007)),
    Case("half a character of UTF-16", text(b'{"t":"\xed\xa0\x80"}'), ends(1007)),
    Case("a character beyond the last", text(b'{"t":"\xf4\x90\x80\x80"}'), ends(1007)),
    Case("UTF-16", text('{"t":"ping"}'.encode("utf-16")), ends(1007)),
    Case("GB 18030", text('{"t":"send","stream":1,"key":"k","body":"您好"}'.encode("gb18030")), ends(1007)),
    Case("no UTF-8 over two pieces", pieces(b'{"t":"\xe7\x9c', b'\xff"}'), ends(1007)),
    Case("a character over two pieces", pieces(b'{"t":"\xe7\x9c', b'\x81"}'), INVALID),
    Case("no UTF-8 in a binary message", framed(BINARY, b"\xff"), INVALID),
]

CLOSES = [
    Case("a close without a code", framed(CLOSE), ("close",)),
    Case("a close of one byte", framed(CLOSE, b"\x03"), ends(1002)),
    *(Case(f"a close with {code}", closing(code), ends(code)) for code in (1000, 1001, 1011, 3000, 4000, 4999)),
    *(
        Case(f"a close with {code}, which no frame may have", closing(code), ends(1002))
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535)
    ),
    Case("a close with a reason", closing(1000, "再见".encode()), ends(1000)),
    Case("a close whose reason is no UTF-8", closing(1000, b"\xff"), ends(1007)),
    Case("two closes", closing(1000) + closing(1000), ("close 1002",)),
    Case("a frame behind a close", closing(1000) + PINGS, ends(1000)),
    Case("a ping behind a close", closing(1001) + framed(PING, b"x"), ends(1001)),
]

CONTROL = [
    Case("a ping of 125 bytes", framed(PING, b"x" * 125), ("pong " + "x" * 125,)),
    Case("a ping without payload", framed(PING), ("pong ",)),
    Case("a pong nobody asked for", framed(PONG, b"hello?"), ()),
    Case("many pongs nobody asked for", framed(PONG, b"x") * 20, ()),
    Case("a binary message", framed(BINARY, b'{"t":"ping"}'), INVALID),
    Case("a binary message without payload", framed(BINARY), INVALID),
]

JSON = [
    Case("nothing", text(""), INVALID),
    Case("a space", text(" "), INVALID),
    Case("null", text("null"), INVALID),
    Case("a list of frames", text('[{"t":"ping"}]'), INVALID),
    Case("two objects", text('{"t":"ping"}{"t":"ping"}'), INVALID),
    Case("a frame with spaces around it", text(' \r\n\t{ "t" : "ping" } '), ("pong",)),
    Case("a byte order mark", text('\ufeff{"t":"ping"}'), INVALID),
    Case("lists 30,000 deep", text("[" * 30_000), INVALID),
    Case("lists 30,000 deep and closed again", text("[" * 30_000 + "]" * 30_000), INVALID),
    Case("objects 10,000 deep", text('{"t":' * 10_000), INVALID),
    Case("an unknown field 30,000 deep", text('{"t":"ping","x":' + "[" * 30_000), INVALID),
    Case("NaN", text('{"t":"typing","stream":NaN}'), INVALID),
    Case("Infinity", text('{"t":"typing","stream":-Infinity}'), INVALID),
    Case("a number too large for any float", text('{"t":"typing","stream":1e999}'), INVALID),
    Case("a number of 20,000 digits", text('{"t":"typing","stream":' + "9" * 20_000 + "}"), INVALID),
    Case("a number of 2 to the 63rd", text(f'{{"t":"typing","stream":{2**63}}}'), INVALID),
    Case("a number with a leading zero", text('{"t":"typing","stream":01}'), INVALID),
    Case("a number with a fraction", send(stream=1.5), INVALID),
    Case("a number in quotes", send(stream="1"), INVALID),
    Case("a negative stream", send(stream=-1), INVALID),
    Case("true for a number", send(stream=True), INVALID),
    Case("null for a body", send(body=None), INVALID),
    Case("a list for a body", send(body=["b"]), INVALID),
    Case("an object for a key", send(key={"$ne": 1}), INVALID),
    Case("an unknown field", send(author=7), INVALID),
    Case("a prototype for a field", text('{"t":"ping","__proto__":{}}'), INVALID),
    Case("a name twice, the last counts", text('{"t":"unfollow","stream":1,"stream":2}'), ("left",)),
    Case("the kind twice", text('{"t":"dance","t":"ping"}'), INVALID),
    Case("the kind last", text('{"stream":1,"t":"typing"}'), ()),
    Case("no kind", text('{"stream":1}'), INVALID),
    Case("a kind of the server's", text('{"t":"ack","key":"k","stream":1,"seq":1,"at":0}'), INVALID),
    Case("half a character, escaped", text(r'{"t":"send","stream":1,"key":"k","body":"\ud800"}'), INVALID),
    Case("halves the wrong way round", text(r'{"t":"send","stream":1,"key":"k","body":"\udc00\ud800"}'), INVALID),
    Case("a NUL, escaped", send(body="a\0b"), INVALID),
    Case("a NUL as it is", text(b'{"t":"send","stream":1,"key":"k","body":"a\0b"}'), INVALID),
    Case("a line break as it is", text('{"t":"send","stream":1,"key":"k","body":"a\nb"}'), INVALID),
    Case("a key of 65 characters", send(key="k" * 65), INVALID),
    Case("a key of 60,000 characters", send(key="k" * 60_000), INVALID),
    Case("a key that is no ASCII", send(key="键"), INVALID),
    Case("a field whose name has 60,000 characters", text('{"%s":1}' % ("n" * 60_000)), INVALID),
    Case("a body of 2,001 characters", send(body="长" * 2001), ("err too_long",)),
    Case("an empty body", send(body=""), INVALID),
    Case("single quotes", text("{'t':'ping'}"), INVALID),
    Case("a comment", text('{"t":"ping"/**/}'), INVALID),
    Case("a comma too many", text('{"t":"ping",}'), INVALID),
    Case("1,001 cursors", text(json.dumps({"t": "hello", "cursors": {str(n): 0 for n in range(1, 1002)}})), INVALID),
    Case("nine topics", text(json.dumps({"t": "hello", "topics": ["duty"] * 9})), INVALID),
    Case("a page of 201", text('{"t":"fetch","stream":1,"limit":201}'), INVALID),
]

ORDER = [
    Case("a message before hello", send(), ("err not_allowed",), said=False),
    Case("a page before hello", text('{"t":"fetch","stream":1}'), ("err not_allowed",), said=False),
    Case("following before hello", text('{"t":"follow","stream":1}'), ("err not_allowed",), said=False),
    Case("a read mark before hello", text('{"t":"seen","stream":1,"seq":1}'), ("err not_allowed",), said=False),
    Case("typing before hello", text('{"t":"typing","stream":1}'), ("err not_allowed",), said=False),
    Case("ping before hello", PINGS, ("pong",), said=False),
    Case("hello a second time", text('{"t":"hello"}'), ("welcome", "caught_up")),
    Case("a stream that is not there", send(stream=2**62), ("err not_found",)),
    Case("a page of a stream that is not there", text(f'{{"t":"fetch","stream":{2**62}}}'), ("err not_found",)),
    Case("following a stream that is not there", text(f'{{"t":"follow","stream":{2**62}}}'), ("err not_found",)),
    Case("following no more what was not followed", text('{"t":"unfollow","stream":1}'), ("left",)),
]

CASES = [*FRAMING, *FRAGMENTS, *UTF_8, *CLOSES, *CONTROL, *JSON, *ORDER]

# A frame is cut off behind so many of its bytes, and its sender hangs up.
BROKEN_OFF = b"\x81" + length(600) + MASK + masked(b'{"t":"ping"}')
CUTS = [0, 1, 2, 3, 4, 5, 8, 9, len(BROKEN_OFF)]
