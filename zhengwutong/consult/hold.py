"""请稍等: the officer must find something out, and says why and until when. His next message ends it."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhengwutong.consult import serving, telling
from zhengwutong.consult.handling import at
from zhengwutong.consult.lifecycle import Move, move
from zhengwutong.consult.models import Consultation, Hold
from zhengwutong.consult.turn import Turn
from zhengwutong.people.models import Office, User


def hold(
    officer: User, talk_id: int, *, minutes: int, reason: str, asking: Office | None = None, now: datetime
) -> Consultation:
    """Promise to be back within `minutes`. Holding again gives a new promise; the old one is kept as ended."""
    with at(talk_id, officers=[officer.pk], now=now) as (turn, talk):
        serving.check_chair(talk, officer)
        move(talk, Move.HOLD)
        talk.save(update_fields=["state"])
        serving.end_hold(turn, talk)
        promised = now + timedelta(minutes=minutes)
        facts = {
            "reason": reason,
            "asking": asking and telling.office(asking),
            "promised_at": telling.moment(promised),
        }
        said = telling.entry(talk, "hold", facts, now=now, by=officer)
        Hold.objects.create(
            consultation=talk,
            by=officer,
            reason=reason,
            asking=asking,
            seq=said.seq,
            started_at=now,
            promised_at=promised,
        )
        turn.changed.add(talk.pk)
        return talk


def resume(turn: Turn, talk: Consultation) -> None:
    """The officer has written again: the hold is over."""
    move(talk, Move.RESUME)
    talk.save(update_fields=["state"])
    serving.end_hold(turn, talk)
    telling.entry(talk, "resumed", {}, now=turn.now)
    turn.changed.add(talk.pk)
