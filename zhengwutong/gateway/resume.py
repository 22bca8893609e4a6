"""Where a client has been away: `hello`, `fetch` and `follow`, read in a thread and answered in order.

    hello ─► hold back what is new ─► read how he stands ─► follow; where the hub is ahead of what was read, read again
          ─► welcome ─► read what was missed ─► pages, caught_up ─► what was held back

What is missed is read up to numbers known before following began, or pushed: nothing is stored in between unseen.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from zhengwutong.gateway import frames
from zhengwutong.gateway.allowance import Allowances
from zhengwutong.gateway.frames import CaughtUp, Entries, Fetch, Follow, Hello, Limits, StreamInfo, Welcome, encode
from zhengwutong.gateway.hub import Hub
from zhengwutong.gateway.session import Session
from zhengwutong.gateway.threads import Threads
from zhengwutong.gateway.together import Together
from zhengwutong.journal.entries import EntryView, Page
from zhengwutong.journal.queries import LONGEST_PAGE, Asked, Part, Standing, parts, read, standings_of
from zhengwutong.kernel.clock import millis, now
from zhengwutong.kernel.errors import NotFound, Refusal, Unavailable

log = logging.getLogger("zhengwutong.resume")
LARGEST_PAGE = 128 * 1024  # bytes, about
MOST_ENTRIES = 2000  # in answer to one hello; what is beyond comes by `fetch`


class OldCursor(Refusal):
    """The client says it has entries the server does not: it must forget the stream and read it again."""

    code, status, text = "old_cursor", 409, "本地记录与服务器不一致，请重新读取。"


class Resume:
    """Answers what has to be read first. Those who come back at the same moment are read for together."""

    def __init__(self, hub: Hub, threads: Threads, allowances: Allowances) -> None:
        self.hub = hub
        self.threads = threads
        self.allowances = allowances
        self.standing: Together[Asked, dict[int, Standing]] = Together(threads, standings_of)
        self.missed: Together[Part, list[EntryView]] = Together(threads, parts)

    async def hello(self, session: Session, frame: Hello) -> None:
        """Welcome the client, send what it missed, and go on with what is new."""
        session.begin_holding()
        served: dict[int, int] = {}
        try:
            named = frozenset(frame.cursors)
            present = await self.standing.ask(Asked(session.user, named), 1 + len(named))
            followed = {stream for stream, one in present.items() if one.open and one.window.follow}
            await self.take_part(session, present, followed)
            self.hub.listen(session, frame.topics)
            self.say(session, encode(self.welcome(session, present)))
            await self.bring_up(session, frame.cursors, present, served)
            await session.room()
            self.say(session, encode(CaughtUp()))
        except Exception as error:
            log.warning("hello was not answered: %s", type(error).__name__, extra={"session": session.name})
            self.refuse(session, Unavailable())
        finally:
            session.release(served)

    async def take_part(self, session: Session, present: dict[int, Standing], streams: set[int]) -> None:
        """Follow these streams. What moved between reading and following is read again, and `present` put right."""
        behind = {stream for stream in streams if not self.hub.follow(session, *place_of(present[stream]))}
        while behind:
            again = await self.standing.ask(Asked(session.user, frozenset(behind), only_named=True), len(behind))
            for stream in behind:
                one = again.get(stream)
                if one is None or not one.window.current:
                    self.hub.unfollow(session, stream)
                if one is None:
                    del present[stream]
                else:
                    present[stream] = one
            behind = {stream for stream, one in again.items() if self.hub.audience_of(stream) > one.audience}

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
                self.refuse(session, NotFound(), stream)
                continue
            window = one.window
            if cursor > one.last_seq:
                self.refuse(session, OldCursor(), stream)
            elif cursor < window.until:
                part = fitting(await self.page(one, cursor, max(1, min(left, LONGEST_PAGE))), forward=True)
                left -= len(part.entries)
                await session.room()
                self.say(session, encode(entries(stream, part, forward=True)))
                served[stream] = part.entries[-1].seq if part.entries else cursor

    async def page(self, one: Standing, cursor: int, limit: int) -> Page:
        """The entries after a cursor. Numbers have no gaps, so their end is known before they are read."""
        after = max(one.window.since, cursor)
        until = max(after, min(one.window.until, after + limit))
        entries = await self.missed.ask(Part(one.stream, after, until), until - after)
        return Page(entries, until < one.window.until)

    async def fetch(self, session: Session, frame: Fetch) -> None:
        """A page of a stream, or the refusal."""
        try:
            part = await self.threads.run(
                read, session.user, frame.stream, after=frame.after, before=frame.before, limit=frame.limit
            )
        except Refusal as refusal:
            session.refuse(refusal, frame)
        except Exception as error:
            log.warning("fetch was not answered: %s", type(error).__name__, extra={"session": session.name})
            session.refuse(Unavailable(), frame)
        else:
            forward = frame.after is not None
            await session.room()
            session.push(encode(entries(frame.stream, fitting(part, forward=forward), forward=forward)))

    async def follow(self, session: Session, frame: Follow) -> None:
        """Push a stream from now on that the user may read, though nothing tells him to follow it."""
        stream = frame.stream
        try:
            present = await self.standing.ask(Asked(session.user, frozenset([stream]), only_named=True))
            current = {stream} if stream in present and present[stream].window.current else set()
            await self.take_part(session, present, current)
        except Exception as error:
            log.warning("follow was not answered: %s", type(error).__name__, extra={"session": session.name})
            session.refuse(Unavailable(), frame)
            return
        if stream not in session.following:
            session.refuse(NotFound(), frame)
            return
        session.explicit.add(stream)
        session.push(encode(frames.Joined(told(present[stream]))))

    def refuse(self, session: Session, refusal: Refusal, stream: int | None = None) -> None:
        self.hub.figures.refused[refusal.code] += 1
        self.say(session, encode(frames.Err(refusal.code, refusal.text, None, stream)))

    def say(self, session: Session, data: bytes) -> None:
        session.push_now(data)


def place_of(one: Standing) -> tuple[int, int, int, int]:
    """What following needs to know: the stream, its last number, its audience, and from where on it may be seen."""
    return one.stream, one.last_seq, one.audience, one.window.since


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
