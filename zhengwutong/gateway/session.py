"""One connection of one user: what may be said when, decoded, limited, and handed to whoever does it.

    new ──session checked──► known ──hello heard──► ready
     └─ not signed in: 4401   └─ no hello within seconds: 4408

No database here. A frame that cannot be accepted is answered with `err`; the connection survives.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Any

import msgspec

from zhengwutong.gateway import frames
from zhengwutong.gateway.allowance import Purse
from zhengwutong.gateway.frames import Bye, Err, FromClient, Pong, decode, encode
from zhengwutong.gateway.transport import Socket
from zhengwutong.kernel.clock import millis, now
from zhengwutong.kernel.errors import Invalid, NotAllowed, Refusal, TooFast, TooLong, Unavailable

if TYPE_CHECKING:
    from zhengwutong.gateway.gateway import Gateway

WAITING = 16  # frames kept while the session is being checked
MOST_HELD = 2000  # frames that may wait while a client catches up
TYPING_EVERY = 2.0  # seconds
PATIENCE = 10  # times the burst: so many frames beyond the allowance before somebody is sent away


class Session(Socket):
    """`session_key` is the cookie's; `name` stands for the connection in the log."""

    __slots__ = (
        "address",
        "address_purse",
        "asked",
        "came_at",
        "explicit",
        "following",
        "gateway",
        "name",
        "patience",
        "purse",
        "ready",
        "resuming",
        "session_key",
        "tasks",
        "topics",
        "typed_at",
        "user",
        "welcome_here",
    )

    def __init__(self, gateway: Gateway, session_key: str, address: str) -> None:
        super().__init__()
        self.gateway = gateway
        self.session_key = session_key
        self.address = address
        self.name = secrets.token_hex(4)
        self.user = 0
        self.welcome_here = False
        self.ready = False
        self.purse: Purse | None = None
        self.patience: Purse | None = None  # made for those who try it
        self.address_purse: Purse | None = gateway.allowances.address(address)
        self.following: set[int] = set()
        self.explicit: set[int] = set()
        self.topics: frozenset[str] = frozenset()
        self.asked: list[bytes] | None = []
        self.came_at = monotonic()
        self.typed_at = 0.0
        self.tasks: set[asyncio.Task[None]] | None = None
        self.resuming: asyncio.Task[None] | None = None

    # Beginning and end

    def opened(self) -> None:
        self.gateway.arrived(self)

    def gone(self) -> None:
        self.gateway.departed(self)
        for task in self.tasks or ():
            task.cancel()

    def admit(self, user: int) -> None:
        """The session is this user's; what was said meanwhile is heard now."""
        self.user = user
        self.purse = self.gateway.allowances.user(user)
        asked, self.asked = self.asked, None
        self.heard_at = monotonic()
        for data in asked or ():
            self.hear(data)

    def revoked(self) -> None:
        """The session has ended elsewhere."""
        self.farewell(4401, "您已退出登录。")

    def overflow(self) -> None:
        self.gateway.figures.overflows += 1
        self.farewell(1013, "网络太慢，请重新连接。")

    def farewell(self, code: int, text: str) -> None:
        """Say why, and close."""
        if not self.closing:
            self.gateway.figures.closed[code] += 1
        self.end(code, "", encode(Bye(code, text)))

    # What is said to the client

    def hold(self, stream: int, seq: int, data: bytes) -> None:
        assert self.held is not None
        if len(self.held) >= MOST_HELD:
            self.held = None
            self.look_ahead()
            self.overflow()
        else:
            self.held.append((stream, seq, data))

    def begin_holding(self) -> None:
        """Keep back what is pushed from now on."""
        self.held = []
        self.look_ahead()

    def release(self, served: dict[int, int]) -> None:
        """Send what was held, but for entries up to the numbers that have been served."""
        held, self.held = self.held, None
        self.look_ahead()
        for stream, seq, data in held or ():
            if seq == 0 or seq > served.get(stream, 0):
                self.push(data)

    def own(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something that belongs to this connection and ends with it."""
        task = asyncio.get_running_loop().create_task(work)
        if self.tasks is None:
            self.tasks = set()
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    # What the client says

    def hear(self, data: memoryview | bytes) -> None:
        if self.asked is not None:
            self.keep(bytes(data))
            return
        try:
            frame = decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            self.cannot_read(bytes(data), error)
            return
        assert self.purse is not None
        wait = self.purse.take(self.heard_at)
        if not wait and self.address_purse is not None:
            wait = self.address_purse.take(self.heard_at)
        if wait:
            self.too_fast(wait, frame)
        elif type(frame) is frames.Send and self.ready:
            self.send(frame)
        else:
            self.act(frame)

    def keep(self, data: bytes) -> None:
        """Before the session is checked nothing is done; a few frames may wait."""
        if self.asked is not None and len(self.asked) < WAITING:
            self.asked.append(data)
        else:
            self.too_fast(1)

    def binary(self) -> None:
        if not self.too_many():
            self.refuse(Invalid("请发送文本帧。"))

    def send(self, frame: frames.Send) -> None:
        if not (frame.key.isascii() and frame.key.isprintable()) or "\0" in frame.body:
            self.refuse(Invalid(), frame)
        elif not self.gateway.writer.take(self, frame):
            self.refuse(Unavailable(), frame)
        else:
            self.gateway.attendance.acted(self.user, self.heard_at)

    def act(self, frame: FromClient) -> None:
        """Everything but a message of somebody who is ready."""
        self.gateway.figures.frames[type(frame).__struct_config__.tag] += 1  # type: ignore[index]
        if isinstance(frame, frames.Ping):
            self.push(encode(Pong(millis(now()))))
        elif isinstance(frame, frames.Hello):
            if self.resuming is None or self.resuming.done():
                self.ready = True
                self.resuming = self.own(self.gateway.resume.hello(self, frame))
            else:
                self.refuse(TooFast(retry_after=1))
        elif not self.ready:
            self.refuse(NotAllowed("请先发送 hello。"), frame)
        elif isinstance(frame, frames.Seen):
            self.gateway.attendance.acted(self.user, self.heard_at)
            self.gateway.writer.mark(self, frame)
        elif isinstance(frame, frames.Typing):
            self.typing(frame)
        elif isinstance(frame, frames.Unfollow):
            self.gateway.hub.unfollow(self, frame.stream)
            self.push(encode(frames.Left(frame.stream)))
        elif isinstance(frame, frames.Follow):
            self.own(self.gateway.resume.follow(self, frame))
        elif isinstance(frame, frames.Fetch):
            self.own(self.gateway.resume.fetch(self, frame))

    def typing(self, frame: frames.Typing) -> None:
        moment = monotonic()
        if frame.stream in self.following and moment - self.typed_at >= TYPING_EVERY:
            self.typed_at = moment
            self.gateway.typing(self, frame.stream)

    # Refusals

    def too_fast(self, wait: float, frame: Any = None) -> None:
        """Refuse a frame beyond the allowance."""
        if not self.worn_out():
            self.refuse(TooFast(retry_after=ceil(wait * 100) / 100), frame)  # never 0, which would say: at once

    def too_many(self) -> bool:
        """Count what is no message of ours like a frame; True when patience has run out."""
        return (self.purse is None or self.purse.take(monotonic()) > 0) and self.worn_out()

    def worn_out(self) -> bool:
        """One frame more than allowed. Who goes on like that for long is sent away; True when he was."""
        if self.patience is None:
            limits = self.gateway.allowances.limits
            self.patience = Purse(limits["user_frames"], PATIENCE * limits["user_burst"], monotonic())
        if not self.patience.take(monotonic()):
            return False
        self.farewell(4429, "发送太快，连接已断开。")
        self.deafen()
        return True

    def refuse(self, refusal: Refusal, frame: Any = None) -> None:
        """Answer with the refusal, naming the message and stream it is about."""
        self.gateway.figures.refused[refusal.code] += 1
        retry_after = refusal.facts.get("retry_after")
        key, stream = getattr(frame, "key", None), getattr(frame, "stream", None)
        self.push(encode(Err(refusal.code, refusal.text, key, stream, retry_after)))

    def cannot_read(self, data: bytes, error: Exception) -> None:
        """A frame that is no frame of ours: say so, naming what of it could be read. No UTF-8 at all ends it all."""
        if not is_utf_8(data):
            self.end(1007, "not UTF-8")
            return
        if self.too_many():
            return
        about = frames.about(data)
        too_long = "length <=" in str(error) and "body" in str(error)
        self.refuse(TooLong(limit=frames.LONGEST_BODY) if too_long else Invalid("这一帧不符合约定的格式。"), about)


def is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
