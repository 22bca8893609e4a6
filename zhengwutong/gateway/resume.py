"""Where a client has been away: `hello`, `fetch` and `follow`, read in a thread and answered in order.

    hello ─► follow what is followed, holding back what is new ─► read what was missed ─► welcome, pages, caught_up
          ─► what was held back

Following comes before reading, so that nothing is stored between the two without being pushed or read.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from zhengwutong.gateway import frames
from zhengwutong.gateway.allowance import Allowances
from zhengwutong.gateway.audience import News, Place
from zhengwutong.gateway.frames import CaughtUp, Entries, Fetch, Follow, Hello, Limits, StreamInfo, Welcome, encode
from zhengwutong.gateway.hub import Hub
from zhengwutong.gateway.session import Session
from zhengwutong.gateway.threads import Threads
from zhengwutong.journal.entries import Page
from zhengwutong.journal.queries import LONGEST_PAGE, Standing, followed_by, page, parties_of, read, standings
from zhengwutong.kernel.clock import millis, now
from zhengwutong.kernel.errors import NotFound, Refusal, Unavailable

log = logging.getLogger("zhengwutong.resume")
MOST_STREAMS = 500  # followed by one user at a time; the newest
LARGEST_PAGE = 128 * 1024  # bytes, about
MOST_ENTRIES = 2000  # in answer to one hello; what is beyond comes by `fetch`


class OldCursor(Refusal):
    """The client says it has entries the server does not: it must forget the stream and read it again."""

    code, status, text = "old_cursor", 409, "本地记录与服务器不一致，请重新读取。"


class Resume:
    """Answers what has to be read first."""

    def __init__(self, hub: Hub, threads: Threads, allowances: Allowances) -> None:
        self.hub = hub
        self.threads = threads
        self.allowances = allowances

    async def hello(self, session: Session, frame: Hello) -> None:
        """Welcome the client, send what it missed, and go on with what is new."""
        session.begin_holding()
        served: dict[int, int] = {}
        try:
            parties, first = await self.threads.run(before, session.user, set(frame.cursors))
            self.follow_all(session, first)
            self.hub.listen(session, frame.topics)
            present = await self.threads.run(standings, parties, first) if first else first
            self.say(session, encode(self.welcome(session, present)))
            await self.bring_up(session, frame.cursors, present, served)
            await session.room()
            self.say(session, encode(CaughtUp()))
        except Exception as error:
            log.warning("hello was not answered: %s", type(error).__name__)
            self.say(session, encode(frames.Err(Unavailable.code, Unavailable.text)))
        finally:
            session.release(served)

    def follow_all(self, session: Session, present: Mapping[int, Standing]) -> None:
        for stream, one in present.items():
            if one.open and one.window.follow and stream not in session.following:
                news = News(one.kind, one.open, one.last_seq, one.audience, [], None)
                window = one.window
                self.hub.follow(
                    session, stream, news, Place(window.follow, window.may_write, window.last_read, window.since)
                )

    def welcome(self, session: Session, present: Mapping[int, Standing]) -> Welcome:
        limits = self.allowances.limits
        return Welcome(
            session.user,
            millis(now()),
            session.name,
            Limits(frames.LONGEST_BODY, frames.LONGEST_FRAME, limits["user_frames"], limits["user_burst"]),
            [told(one) for one in present.values()],
        )

    async def bring_up(
        self, session: Session, cursors: Mapping[int, int], present: Mapping[int, Standing], served: dict[int, int]
    ) -> None:
        """Send the missing entries of each stream the client named, a page each; `served` notes how far."""
        left = MOST_ENTRIES
        for stream, cursor in cursors.items():
            one = present.get(stream)
            if one is None:
                self.say(session, refused(NotFound(), stream))
                continue
            window = one.window
            if cursor > one.last_seq:
                self.say(session, refused(OldCursor(), stream))
            elif cursor < window.until:
                limit = max(1, min(left, LONGEST_PAGE))
                part = await self.threads.run(page, stream, window.since, window.until, after=cursor, limit=limit)
                part = fitting(part, forward=True)
                left -= len(part.entries)
                await session.room()
                self.say(session, encode(entries(stream, part, forward=True)))
                served[stream] = part.entries[-1].seq if part.entries else cursor

    async def fetch(self, session: Session, frame: Fetch) -> None:
        """A page of a stream, or the refusal."""
        try:
            part = await self.threads.run(
                read, session.user, frame.stream, after=frame.after, before=frame.before, limit=frame.limit
            )
        except Refusal as refusal:
            session.refuse(refusal, frame)
        except Exception as error:
            log.warning("fetch was not answered: %s", type(error).__name__)
            session.refuse(Unavailable(), frame)
        else:
            forward = frame.after is not None
            await session.room()
            session.push(encode(entries(frame.stream, fitting(part, forward=forward), forward=forward)))

    async def follow(self, session: Session, frame: Follow) -> None:
        """Push a stream from now on that the user may read, though nothing tells him to follow it."""
        try:
            _, present = await self.threads.run(before, session.user, {frame.stream})
            one = present.get(frame.stream)
        except Exception as error:
            log.warning("follow was not answered: %s", type(error).__name__)
            session.refuse(Unavailable(), frame)
            return
        if one is None or not one.window.current:
            session.refuse(NotFound(), frame)
            return
        window = one.window
        session.explicit.add(frame.stream)
        news = News(one.kind, one.open, one.last_seq, one.audience, [], None)
        self.hub.follow(session, frame.stream, news, Place(True, window.may_write, window.last_read, window.since))
        session.push(encode(frames.Joined(told(one))))

    def say(self, session: Session, data: bytes) -> None:
        session.push_now(data)


def before(user: int, named: set[int]) -> tuple[list[int], dict[int, Standing]]:
    """The user's parties, and as they stand the open streams he follows and those of the named ones he may read."""
    parties = parties_of(user)
    return parties, standings(parties, named.union(followed_by(parties, MOST_STREAMS)))


def told(one: Standing) -> StreamInfo:
    """The stream as its frame tells this user; one he has left ends where he left it."""
    last_seq = one.last_seq if one.window.current else one.window.until
    return StreamInfo(one.stream, one.kind, one.open, last_seq, one.window.last_read, one.window.may_write)


def entries(stream: int, part: Page, *, forward: bool) -> Entries:
    """A page's frame: with more to come, `next` is what to ask for after (or before)."""
    made = Entries(stream, part.entries, part.more)
    if part.more:
        made.next = part.entries[-1].seq if forward else part.entries[0].seq
    return made


def fitting(part: Page, *, forward: bool) -> Page:
    """As much of a page as fits into one frame, from the end that was asked for; at least one entry."""
    ordered = part.entries if forward else part.entries[::-1]
    size = count = 0
    for entry in ordered:
        size += 200 + 3 * len(entry.body) + (len(encode(entry.data)) if entry.data else 0)
        if count and size > LARGEST_PAGE:
            break
        count += 1
    kept = ordered[:count]
    return Page(kept if forward else kept[::-1], part.more or count < len(ordered))


def refused(refusal: Refusal, stream: int) -> bytes:
    return encode(frames.Err(refusal.code, refusal.text, None, stream))
