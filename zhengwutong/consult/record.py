"""The record of a consultation to print or to keep: who said what and when, with everything that happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from zhengwutong.consult.models import Consultation, Outcome
from zhengwutong.consult.queries import people_in
from zhengwutong.consult.shapes import Moment, PersonName, citizen_face, maybe, moment
from zhengwutong.journal.entries import EntryView
from zhengwutong.journal.queries import page
from zhengwutong.kernel.clock import from_millis, local
from zhengwutong.kernel.shape import Shape

SERVICE = "系统"
PAGE = 200
BECAUSE = {"not_accepted": "对方没有及时接待", "officer_left": "值班员离开", "closed": "对方已下班"}


class Line(Shape):
    seq: int
    at: Moment
    who: str
    kind: str
    text: str


class Record(Shape):
    number: str
    desk: str
    citizen: str
    asked_at: Moment
    ended_at: Moment | None
    outcome: str
    subject: str
    printed_at: Moment
    lines: list[Line]


def record(of: Consultation, *, hidden: bool, now: datetime) -> Record:
    """Everything in the talk from its first entry to its last; a word taken back is shown as taken back."""
    people = people_in(of, hidden=hidden)
    return Record(
        number=of.number,
        desk=of.desk.name,
        citizen=citizen_face(of.citizen, hidden=hidden).name,
        asked_at=moment(of.asked_at),
        ended_at=maybe(of.ended_at),
        outcome=Outcome(of.outcome).label if of.outcome else "",
        subject=of.subject,
        printed_at=moment(now),
        lines=[line(entry, people) for entry in entries(of)],
    )


def entries(of: Consultation) -> list[EntryView]:
    found: list[EntryView] = []
    while True:
        part = page(of.stream_id, 0, 2**62, after=found[-1].seq if found else 0, limit=PAGE)
        found += part.entries
        if not part.more:
            return found


def line(entry: EntryView, people: dict[str, PersonName]) -> Line:
    said_by = people.get(str(entry.author))
    who = SERVICE if said_by is None else f"{said_by.desk or ''} {said_by.name} {said_by.number or ''}".strip()
    return Line(seq=entry.seq, at=moment(from_millis(entry.at)), who=who, kind=entry.kind, text=words(entry))


def words(entry: EntryView) -> str:
    """An entry in words: what was said, or what happened."""
    if entry.withdrawn:
        return "（已撤回）"
    say = HAPPENED.get(entry.kind)
    return say(entry.data or {}) if say else entry.body


def clock_of(at: int | None) -> str:
    return "" if at is None else f"{local(from_millis(at)):%Y-%m-%d %H:%M}"


def queued(data: dict[str, Any]) -> str:
    minutes = data.get("eta_minutes")
    return f"排队，第 {data['place']} 位" + ("" if minutes is None else f"，预计 {minutes} 分钟")


def held(data: dict[str, Any]) -> str:
    asking = f"正在向{data['asking']['name']}核实，" if data.get("asking") else ""
    return f"请稍等：{asking}{data['reason']}，{clock_of(data['promised_at'])} 前回复"


def ended(data: dict[str, Any]) -> str:
    """The outcome with its facts."""
    parts = [f"办结：{Outcome(data['outcome']).label}"]
    if destination := data.get("destination"):
        parts += [part for part in destination.values() if part]
    if case := data.get("case"):
        parts += [
            case["office"],
            f"编号 {case['number']}",
            f"查询码 {case['code']}",
            f"{clock_of(case['due_at'])} 前答复",
        ]
    return "，".join(parts)


HAPPENED: dict[str, Callable[[dict[str, Any]], str]] = {
    "asked": lambda data: f"向{data['desk']['name']}提出咨询，编号 {data['number']}",
    "queued": queued,
    "message_left": lambda data: "已留言" + (f"，{clock_of(data['opens_at'])} 起答复" if data.get("opens_at") else ""),
    "assigned": lambda data: f"值班员{data['officer']['name']}（{data['officer']['number']}）开始服务",
    "hold": held,
    "resumed": lambda data: "继续答复",
    "transferred": lambda data: f"转{data['to']['name']}：{data['reason_for_citizen']}",
    "returned": lambda data: f"回到{data['to']['name']}：{BECAUSE.get(data['because'], data['because'])}",
    "ended": ended,
    "recall": lambda data: f"撤回第 {data['seq']} 条",
    "correct": lambda data: f"更正第 {data['seq']} 条：{data['body']}",
}


def as_text(of: Record) -> str:
    """The same as a plain text file, UTF-8."""
    head = [
        f"咨询记录 {of.number}",
        f"部门：{of.desk}",
        f"咨询人：{of.citizen}",
        f"提出时间：{of.asked_at[:19].replace('T', ' ')}",
        *([f"结果：{of.outcome}"] if of.outcome else []),
        *([f"事由：{of.subject}"] if of.subject else []),
        "",
    ]
    lines = [f"[{one.at[:19].replace('T', ' ')}] {one.who}：{one.text}" for one in of.lines]
    return "\n".join([*head, *lines, ""])
