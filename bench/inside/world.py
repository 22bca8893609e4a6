"""An installation as busy as a province's on a bad morning: world.py WAITING.

The demo world with everybody on duty, and at one desk so many people waiting; a citizen with a long history, his last
talk a long one; an officer with conversations, messages, inquiries and cases in the back office. Everybody named in
SIGNED_IN has a session. All texts are invented.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhengwutong.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from bench.inside.fill import row, settle, store  # noqa: E402
from bench.inside.prepare import signed_in  # noqa: E402
from zhengwutong import seeding  # noqa: E402
from zhengwutong.cases.models import Case  # noqa: E402
from zhengwutong.consult.models import Consultation, Inquiry, Outcome, QueueEntry, Rank, State  # noqa: E402
from zhengwutong.demo import world  # noqa: E402
from zhengwutong.journal.models import Member, Stream  # noqa: E402
from zhengwutong.kernel.clock import now  # noqa: E402
from zhengwutong.people.models import Office, User  # noqa: E402
from zhengwutong.workdays.models import DeadlineRecord  # noqa: E402

SESSION = "benchsession"
DESK, OFFICER, CITIZEN = "labour", "labour", "citizen1"
SIGNED_IN = (OFFICER, CITIZEN)
QUESTION = "您好，我想咨询一下退休手续怎么办理，需要准备哪些材料？"
HISTORY = 60  # of everything that is a list, so that a page of fifty is full
SAID = 60  # entries in each talk that is read
FIRST = 2_000_000  # ids of the streams made here


class Maker:
    """Makes talks by the thousand, straight into the tables; streams get ids in a row."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.next_stream = FIRST
        self.numbers = 0

    def streams(self, count: int, kind: str, *, last_seq: int = 0) -> list[int]:
        ids = list(range(self.next_stream, self.next_stream + count))
        self.next_stream += count
        Stream.objects.bulk_create(
            (Stream(pk=one, kind=kind, created_at=self.moment, last_seq=last_seq) for one in ids), batch_size=5000
        )
        return ids

    def talks(
        self, citizens: Sequence[User], desks: Sequence[Office], said: int, **state: object
    ) -> list[Consultation]:
        """A talk of each citizen at each's desk, so much said in it, seen by the desk's people."""
        streams = self.streams(len(citizens), "consultation", last_seq=said)
        notes = self.streams(len(citizens), "notes")
        together = list(zip(citizens, desks, streams, notes, strict=True))
        Member.objects.bulk_create(
            (
                Member(stream_id=stream, party=party, follow=party > 0)
                for citizen, desk, talk, note in together
                for stream, party in ((talk, citizen.pk), (talk, -(desk.group_id or 0)), (note, -(desk.group_id or 0)))
            ),
            batch_size=5000,
        )
        store(row(talk, seq, citizen.pk) for citizen, _, talk, _ in together for seq in range(1, said + 1))
        self.numbers += len(citizens)
        return Consultation.objects.bulk_create(
            [
                Consultation(
                    number=f"ZX{self.numbers:02d}-{place}", citizen=citizen, key=f"asked-{talk}", desk=desk,
                    stream_id=talk, notes_id=note, question=QUESTION, asked_at=self.moment - timedelta(seconds=place),
                    **state,
                )
                for place, (citizen, desk, talk, note) in enumerate(together)
            ],
            batch_size=5000,
        )  # fmt: skip

    def people(self, count: int) -> list[User]:
        made = [User(username=f"waiting{place}", name="测", date_joined=self.moment) for place in range(count)]
        for user in made:
            user.set_unusable_password()
        return User.objects.bulk_create(made, batch_size=5000)

    def queue(self, talks: Sequence[Consultation], rank: Rank) -> None:
        QueueEntry.objects.bulk_create(
            (
                QueueEntry(
                    consultation=talk, desk=talk.desk, entered_at=talk.asked_at, queued_at=talk.asked_at, rank=rank
                )
                for talk in talks
            ),
            batch_size=5000,
        )


def main(waiting: int) -> None:
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    moment = now()
    seeding.seed(moment)
    world.make(settings.DATA, moment)
    for name in SIGNED_IN:
        signed_in(f"{SESSION}{name}", User.objects.get(username=name)).save()
    make(Maker(moment), waiting)
    settle()


def make(maker: Maker, waiting: int) -> None:
    citizen, officer = User.objects.get(username=CITIZEN), User.objects.get(username=OFFICER)
    desk, desks = Office.objects.get(key=DESK), list(Office.objects.filter(has_desk=True))
    ended = {"state": State.ENDED, "officer": officer, "accepted_at": maker.moment, "ended_at": maker.moment}
    past = maker.talks([citizen] * HISTORY, [desks[place % len(desks)] for place in range(HISTORY)], SAID,
                       outcome=Outcome.BACK_OFFICE, **ended)  # fmt: skip
    cases(maker, past, officer, desk)
    crowd = maker.people(waiting + HISTORY + 5)
    in_line, left, mine = crowd[:waiting], crowd[waiting : waiting + HISTORY], crowd[-5:]
    maker.queue(maker.talks(in_line, [desk] * len(in_line), 2), Rank.LIVE)
    maker.queue(maker.talks(left, [desk] * len(left), 2, off_hours=True, opens_at=maker.moment), Rank.MORNING)
    serving = maker.talks(mine, [desk] * len(mine), SAID, state=State.SERVING, officer=officer,
                          accepted_at=maker.moment, first_reply_at=maker.moment)  # fmt: skip
    Member.objects.bulk_create(Member(stream_id=talk.stream_id, party=officer.pk) for talk in serving)
    inquiries(maker, past, officer, desk)


def cases(maker: Maker, talks: Sequence[Consultation], officer: User, desk: Office) -> None:
    for place, talk in enumerate(talks):
        due = DeadlineRecord.objects.create(
            rule="五个工作日", start=maker.moment, days=5, due_at=maker.moment + timedelta(days=7)
        )
        Case.objects.create(
            number=f"BJ{place}", code="A1B2C3", citizen=talk.citizen, consultation=talk.pk, stream=talk.stream_id,
            office=desk, summary=QUESTION, opened_at=maker.moment, opened_by=officer, days=5, due_record=due,
        )  # fmt: skip


def inquiries(maker: Maker, talks: Sequence[Consultation], officer: User, desk: Office) -> None:
    streams = maker.streams(len(talks), "inquiry", last_seq=1)
    store(row(stream, 1, officer.pk) for stream in streams)
    Member.objects.bulk_create(Member(stream_id=stream, party=-(desk.group_id or 0)) for stream in streams)
    Inquiry.objects.bulk_create(
        Inquiry(
            consultation=talk, asked_by=officer, desk=desk, stream_id=stream, question=QUESTION, asked_at=maker.moment
        )
        for talk, stream in zip(talks, streams, strict=True)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
