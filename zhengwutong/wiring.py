"""What is put together once per serving process: who observes whom, and which threads run beside the doors."""

from __future__ import annotations

from typing import Protocol

from zhengwutong.consult import load as consult_load
from zhengwutong.consult import observe, sweeper
from zhengwutong.duty import alerts, changes, load, telling
from zhengwutong.people.lapsed import SessionKeeper
from zhengwutong.presence import changes as presence_changes


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


def background() -> list[Job]:
    """The threads of a serving process; not started yet."""
    return [sweeper.Sweeper(), telling.Teller(), alerts.GapWatch(), SessionKeeper()]
