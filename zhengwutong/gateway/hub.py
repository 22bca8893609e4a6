"""Who is connected to this process, which streams they follow, and the way of an entry to them.

    writer ──stored──► deliver ──number follows?──► push to all followers
    bell   ──rang────► want ─┐        └─gap──► want ─┐
                             └─────► look: read what is new in a thread, push it, go on while there is more

Everything here runs on the event loop. `pushed` is the number up to which a stream's followers have been served; what
has a number that does not follow, or was stored for another audience than the known one, is read from the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable

from zhengwutong.gateway import audience
from zhengwutong.gateway.audience import News, Place
from zhengwutong.gateway.figures import Figures
from zhengwutong.gateway.frames import Entry, Hint, Joined, Left, SeenBy, TypingBy, encode
from zhengwutong.gateway.session import Session
from zhengwutong.gateway.threads import Threads
from zhengwutong.journal import bell
from zhengwutong.journal.entries import EntryView

log = logging.getLogger("zhengwutong.hub")
TRY_AGAIN = 1.0  # seconds, when the database did not answer


class Followed:
    """A stream with followers here. `sessions` maps each to the number after which it may see."""

    __slots__ = ("ahead", "audience", "pushed", "sessions")

    def __init__(self, pushed: int, audience: int) -> None:
        self.pushed = pushed
        self.ahead = pushed
        self.audience = audience
        self.sessions: dict[Session, int] = {}


class Hub:
    """The followers of this process."""

    def __init__(self, threads: Threads) -> None:
        self.threads = threads
        self.streams: dict[int, Followed] = {}
        self.users: defaultdict[int, set[Session]] = defaultdict(set)
        self.topics: defaultdict[str, set[Session]] = defaultdict(set)
        self.keys: defaultdict[str, set[Session]] = defaultdict(set)
        self.wanted: set[int] = set()
        self.looking: asyncio.Task[None] | None = None
        self.figures = Figures()

    # Coming and going

    def enter(self, session: Session) -> None:
        """A user's connection is known; it follows nothing yet."""
        self.users[session.user].add(session)
        self.keys[session.session_key].add(session)

    def exit(self, session: Session) -> None:
        """The connection is gone."""
        for stream in list(session.following):
            self.unfollow(session, stream)
        self.listen(session, [])
        for index, name in ((self.users, session.user), (self.keys, session.session_key)):
            discard(index, name, session)  # type: ignore[arg-type]

    def listen(self, session: Session, topics: Iterable[str]) -> None:
        """Push these topics to the connection, and no others."""
        wanted = frozenset(topics)
        for topic in session.topics - wanted:
            discard(self.topics, topic, session)
        for topic in wanted:
            self.topics[topic].add(session)
        session.topics = wanted

    def follow(self, session: Session, stream: int, last_seq: int, audience: int, since: int) -> bool:
        """Push new entries of the stream after `since` to the connection, which knows it as it was at this number.

        False when the followers here have been served beyond that, or for a newer audience: the caller must read again
        what was in between, and whether the user is still there.
        """
        followed = self.streams.get(stream)
        if followed is None:
            followed = self.streams[stream] = Followed(last_seq, audience)
            self.want(stream)  # what was stored after that number and before this line
        followed.sessions[session] = since
        session.following.add(stream)
        if followed.audience != audience or last_seq > followed.pushed:
            self.want(stream, last_seq)
        return followed.pushed <= last_seq and followed.audience <= audience

    def audience_of(self, stream: int) -> int:
        """The newest audience known of a followed stream."""
        followed = self.streams.get(stream)
        return 0 if followed is None else followed.audience

    def unfollow(self, session: Session, stream: int) -> None:
        session.following.discard(stream)
        session.explicit.discard(stream)
        followed = self.streams.get(stream)
        if followed is not None:
            followed.sessions.pop(session, None)
            if not followed.sessions:
                del self.streams[stream]

    # Entries

    def deliver(self, entry: Entry, stored_for: int, sender: Session | None) -> bytes | None:
        """Push an entry this process has just stored to all followers but the connection it came from.

        Returns its frame, if that had to be made.
        """
        followed = self.streams.get(entry.stream)
        if followed is None:
            return None
        if entry.seq == followed.pushed + 1 and stored_for == followed.audience:
            followed.pushed = entry.seq
            sessions = followed.sessions
            if len(sessions) > 1 or sender not in sessions:
                data = encode(entry)
                self.push(followed, entry.stream, entry.seq, data, sender)
                return data
        elif entry.seq > followed.pushed:
            self.want(entry.stream, entry.seq)
        return None

    def pass_on(self, stream: int, seq: int, stored_for: int, data: bytes) -> None:
        """Push the frame of an entry another process has just stored; what does not follow is read."""
        followed = self.streams.get(stream)
        if followed is None or seq <= followed.pushed:
            return
        if seq == followed.pushed + 1 and stored_for == followed.audience:
            followed.pushed = seq
            self.push(followed, stream, seq, data)
        else:
            self.want(stream, seq)

    def push(self, followed: Followed, stream: int, seq: int, data: bytes, sender: Session | None = None) -> None:
        sessions = followed.sessions
        self.figures.delivered += len(sessions) - (sender in sessions)
        for session, since in sessions.items():
            if session is not sender and since < seq:
                session.push_entry(stream, seq, data)

    def want(self, stream: int, ahead: int = 0) -> None:
        """Look at the stream in the database soon: it is known or suspected to have moved."""
        followed = self.streams.get(stream)
        if followed is not None:
            followed.ahead = max(followed.ahead, ahead)
        self.wanted.add(stream)
        if self.looking is None or self.looking.done():
            self.looking = asyncio.get_running_loop().create_task(self.look(), name="look")

    async def look(self) -> None:
        """Serve what is wanted until nothing is; all that gathers during one reading is read in the next."""
        while self.wanted:
            stream_ids, self.wanted = self.wanted, set()
            known = {stream: self.known(stream) for stream in stream_ids}
            try:
                news = await self.threads.run(audience.news, known)
            except Exception as error:  # whatever the database has, it is asked again
                log.warning("cannot look at streams: %s", type(error).__name__)
                self.wanted |= stream_ids
                await asyncio.sleep(TRY_AGAIN)
                continue
            for stream, one in news.items():
                self.catch_up(stream, one)

    def known(self, stream: int) -> tuple[int | None, int | None]:
        followed = self.streams.get(stream)
        return (None, None) if followed is None else (followed.pushed, followed.audience)

    def catch_up(self, stream: int, news: News) -> None:
        """Bring followers and their numbers up to these news."""
        followed = self.streams.get(stream)
        if followed is not None and news.audience < followed.audience:
            self.want(stream)  # read before the audience changed that is known by now
            return
        if news.places is not None:
            self.change_audience(stream, news, news.places)
            followed = self.streams.get(stream)
        if followed is None:
            return
        for entry in news.entries:
            if entry.seq == followed.pushed + 1:
                followed.pushed = entry.seq
                self.push(followed, stream, entry.seq, encode(as_frame(entry)))
        if followed.pushed < max(followed.ahead, news.last_seq):
            self.want(stream)

    def change_audience(self, stream: int, news: News, places: dict[int, Place]) -> None:
        """Part with those who left, take in those who joined, and tell both."""
        followed = self.streams.get(stream)
        before = dict(followed.sessions) if followed is not None else {}
        changed = followed is not None and news.audience > followed.audience
        if followed is not None:
            followed.audience = news.audience
        for session in before:
            place = places.get(session.user)
            if place is None or not (place.follow or stream in session.explicit):
                self.unfollow(session, stream)
                session.push(encode(Left(stream)))
        for user, place in places.items():
            for session in list(self.users.get(user, ())):
                joins = session.ready and news.open and place.follow and session not in before
                if joins:
                    self.follow(session, stream, news.last_seq, news.audience, place.since)
                if joins or (changed and stream in session.following):
                    session.push(encode(Joined(audience.info(stream, news, place))))

    # What is not stored

    def seen(self, stream: int, party: int, seq: int, by: Session | None = None) -> None:
        """Tell the followers that a read mark moved."""
        self.tell(stream, encode(SeenBy(stream, party, seq)), by)

    def typing(self, stream: int, user: int, by: Session | None = None) -> None:
        """Tell the other people of the stream that somebody is typing."""
        followed = self.streams.get(stream)
        for session in list(followed.sessions) if followed is not None else ():
            if session is not by and session.user != user:
                session.push(encode(TypingBy(stream, user)))

    def tell(self, stream: int, data: bytes, but: Session | None = None) -> None:
        followed = self.streams.get(stream)
        for session in list(followed.sessions) if followed is not None else ():
            if session is not but:
                session.push(data)

    # The bell

    def heard(self, message: bell.Message) -> None:
        """What other doors and other processes say."""
        match message:
            case bell.Rang(streams):
                self.rang(streams)
            case bell.Said(entries):
                for stream, seq, stored_for, data in entries:
                    self.pass_on(stream, seq, stored_for, bytes(data))
            case bell.Moved(streams):
                for stream in streams:
                    self.want(stream)
            case bell.Marked(stream, party, seq, _):
                self.seen(stream, party, seq)
            case bell.Typed(stream, user):
                self.typing(stream, user)
            case bell.Hinted(stream, topic, data):
                self.hint(stream, topic, data)
            case bell.Revoked(session):
                self.revoke(session)

    def rang(self, streams: list[tuple[int, int]]) -> None:
        for stream, seq in streams:
            followed = self.streams.get(stream)
            if followed is not None and seq > followed.pushed:
                self.want(stream, seq)

    def revoke(self, session_key: str) -> None:
        for session in list(self.keys.get(session_key, ())):
            session.revoked()

    def hint(self, stream: int | None, topic: str | None, data: object) -> None:
        frame = encode(Hint(data, stream, topic))
        if stream is not None:
            self.tell(stream, frame)
        if topic is not None:
            for session in list(self.topics.get(topic, ())):
                session.push(frame)

    async def close(self) -> None:
        """Stop looking."""
        if self.looking is not None:
            self.looking.cancel()
            await asyncio.gather(self.looking, return_exceptions=True)


def as_frame(entry: EntryView) -> Entry:
    return Entry(
        entry.stream, entry.seq, entry.author, entry.kind, entry.body, entry.at, entry.key, entry.data, entry.withdrawn
    )


def discard(index: defaultdict[str, set[Session]], name: str, session: Session) -> None:
    sessions = index.get(name)
    if sessions is not None:
        sessions.discard(session)
        if not sessions:
            del index[name]
