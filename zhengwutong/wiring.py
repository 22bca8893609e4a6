"""What is put together once per serving process: who observes whom, and which threads run beside the doors."""

from __future__ import annotations

from typing import Protocol

from zhengwutong.cases import actions as cases
from zhengwutong.consult import inquiry, observe, sweeper
from zhengwutong.consult import load as consult_load
from zhengwutong.duty import alerts, changes, load, telling
from zhengwutong.kernel.rounds import Rounds
from zhengwutong.people import departures
from zhengwutong.people.lapsed import remove_lapsed
from zhengwutong.presence import changes as presence_changes

SECOND, HOUR = 1.0, 3600.0


class Job(Protocol):
    """A thread with an owner: started when the doors open, stopped after they close."""

    def start(self) -> object: ...

    def stop(self) -> None: ...


def connect() -> None:
    """Tell the lower rooms whom to tell. Call once per process, before it serves."""
    load.provide(consult_load.workload)
    observe.start()
    changes.observe(sweeper.fill_desks)
    presence_changes.on_change(changes.people_moved)
    departures.observe(cases.part)
    departures.observe(inquiry.part)


def background() -> list[Job]:
    """The threads of a serving process; not started yet."""
    return [
        Rounds("consult-sweeper", sweeper.sweep_alone, every=SECOND),
        Rounds("duty-gaps", alerts.warn_of_gaps, every=HOUR),
        Rounds("lapsed-sessions", remove_lapsed, every=HOUR),
        telling.Teller(),
    ]
