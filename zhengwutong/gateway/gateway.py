"""The live door of one process: takes upgrades, owns the parts, and closes them in order."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie

from django.conf import settings
from picows import WSUpgradeRequest

from zhengwutong.gateway.allowance import Allowances
from zhengwutong.gateway.attendance import Attendance
from zhengwutong.gateway.heartbeat import Heartbeat
from zhengwutong.gateway.hub import Hub
from zhengwutong.gateway.origin import allowed
from zhengwutong.gateway.resume import Resume
from zhengwutong.gateway.session import Session
from zhengwutong.gateway.threads import Threads
from zhengwutong.gateway.together import Together
from zhengwutong.gateway.writer import Writer
from zhengwutong.journal import bell
from zhengwutong.kernel.limits import neighbourhood
from zhengwutong.people import sessions

log = logging.getLogger("zhengwutong.gateway")
PATH = b"/ws"
HELLO = b"hello"  # /ws?hello says hello at once, for a client that has nothing yet
FAREWELL = 3.0  # seconds for connections to take their leave


class Gateway:
    """Made on the running event loop; `close` before the loop ends."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.threads = Threads()
        self.allowances = Allowances()
        self.hub = Hub(self.threads)
        self.figures = self.hub.figures
        self.writer = Writer(self.hub)
        self.resume = Resume(self.hub, self.threads, self.allowances)
        self.attendance = Attendance()
        self.signed_in: Together[str, int | None] = Together(self.threads, users_of)
        self.sessions: set[Session] = set()
        self.closing = False
        self.empty = asyncio.Event()
        self.heartbeat = Heartbeat(self)
        self.thread = threading.get_ident()
        bell.listen(self.ring)

    def open(self, request: WSUpgradeRequest, peer: str) -> Session | None:
        """A session for an upgrade request; refusals come as close codes, which a page can read."""
        path, _, query = request.path.partition(b"?")
        if path != PATH:
            return None
        headers = request.headers
        key = session_key("; ".join(headers.getall("cookie", ())))
        session = Session(self, key, address(",".join(headers.getall("x-forwarded-for", ())), peer))
        session.welcome_here = allowed(headers.get("origin", ""), headers.get("host", ""))
        if query == HELLO:
            session.keep(b'{"t":"hello"}')
        return session

    def arrived(self, session: Session) -> None:
        """The upgrade is done: whose session is it?"""
        self.sessions.add(session)
        enough = not self.allowances.enter(session.address)
        if self.closing:
            session.farewell(1012, "服务正在重启，请稍后重新连接。")
        elif not session.welcome_here:
            session.farewell(4403, "来源不被允许。")
        elif enough:
            session.farewell(4429, "连接太多，请稍后再试。")
        else:
            session.own(self.identify(session))

    async def identify(self, session: Session) -> None:
        try:
            user = await self.signed_in.ask(session.session_key) if session.session_key else None
        except Exception as error:
            log.warning("the session could not be checked: %s", type(error).__name__, extra={"session": session.name})
            session.farewell(1013, "系统暂时没有响应，请稍后重新连接。")
            return
        if session.closing:
            return
        if user is None:
            session.farewell(4401, "请先登录。")
        elif len(self.hub.users.get(user, ())) >= self.allowances.limits["user_sockets"]:
            session.farewell(4429, "您打开的窗口太多。")
        else:
            self.admit(session, user)

    def admit(self, session: Session, user: int) -> None:
        session.user = user
        self.hub.enter(session)
        self.attendance.came(user)
        session.admit(user)

    def departed(self, session: Session) -> None:
        """The connection has ended, whoever ended it."""
        if session in self.sessions:
            self.sessions.discard(session)
            if self.closing and not self.sessions:
                self.empty.set()
            self.allowances.exit(session.address)
        if session.user:
            self.hub.exit(session)
            self.attendance.went(session.user)

    def typing(self, session: Session, stream: int) -> None:
        """Pass on that somebody is typing, here and in the other processes."""
        self.attendance.acted(session.user, session.heard_at)
        self.hub.typing(stream, session.user, session)
        bell.send(bell.Typed(stream, session.user), here=False)

    def ring(self, message: bell.Message) -> None:
        """The bell rings in any thread; it is heard on the loop."""
        try:
            if threading.get_ident() == self.thread:
                self.loop.call_soon(self.heard, message)
            else:
                self.loop.call_soon_threadsafe(self.heard, message)
        except RuntimeError:  # the loop has ended; so have all connections
            log.debug("the bell rang after the end")

    def heard(self, message: bell.Message) -> None:
        if isinstance(message, bell.Again):
            self.heartbeat.again.set()
        else:
            self.hub.heard(message)

    async def close(self) -> None:
        """Store what was taken, tell everybody to come back, and end the threads."""
        self.closing = True
        await self.writer.close()
        bell.unlisten(self.ring)
        for session in list(self.sessions):
            session.farewell(1012, "服务正在重启，请稍后重新连接。")
        if self.sessions:
            await asyncio.wait([self.loop.create_task(self.empty.wait())], timeout=FAREWELL)
        for session in list(self.sessions):
            session.drop()
        await self.heartbeat.close()
        await self.hub.close()
        await self.loop.run_in_executor(None, self.attendance.close)
        self.threads.close()
        bell.hang_up()


def users_of(session_keys: Sequence[str]) -> list[int | None]:
    """Whose each of these sessions is."""
    found = sessions.whose(session_keys)
    return [found.get(key) for key in session_keys]


def session_key(cookies: str) -> str:
    """The session's key among the cookies; empty when there is none, or what is there can be no key."""
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    key = morsel.value if morsel is not None else ""
    return key if key.isascii() and key.isalnum() else ""


def address(forwarded: str, peer: str) -> str:
    """The client's address: a proxy's word counts only when it is one of ours, as for HTTP."""
    chain = [peer, *(name.strip() for name in reversed(forwarded.split(",")) if name.strip())]
    theirs = next((name for name in chain if name not in settings.TRUSTED_PROXIES), chain[-1])
    return theirs if theirs in settings.ADDRESSES_WITHOUT_LIMIT else neighbourhood(theirs)
