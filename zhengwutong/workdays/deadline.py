"""Deadlines in working days: counted from a start by a calendar, and able to say how. No database.

The rule: the start's own date is not counted (《民法典》第二百零一条: 开始的当日不计入，自下一日开始计算); day one is
the next working day after it, whether the start fell in office hours, in the evening, or on a rest day; rest days are
skipped; the deadline ends with the last minute of office hours of the last day (第二百零三条). All times are
Asia/Shanghai.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from zhengwutong.kernel.errors import Invalid
from zhengwutong.workdays import words
from zhengwutong.workdays.calendar import ONE_DAY, Calendar, Kind, Mark, shanghai
from zhengwutong.workdays.words import Language

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due, and every date looked at on the way, start's date left out.

    `rule` is the rule in the office's words, `days` are working days, `start` and `due_at` are in Asia/Shanghai.
    """

    rule: str
    start: datetime
    days: int
    due_at: datetime
    marks: tuple[Mark, ...]

    @property
    def counted_dates(self) -> tuple[date, ...]:
        """Day one, day two, … the due date."""
        return tuple(mark.date for mark in self.marks if mark.workday)

    @property
    def skipped_dates(self) -> tuple[tuple[date, str], ...]:
        """Each rest day in between, with its reason in Chinese."""
        return tuple((mark.date, words.reason(mark, "zh-CN")) for mark in self.marks if not mark.workday)

    @property
    def provisional(self) -> bool:
        """Whether a date on the way is not officially fixed yet, so that the deadline may still move."""
        return any(mark.provisional for mark in self.marks)

    @property
    def warning(self) -> str:
        """The sentence to show beside a provisional deadline, in Chinese; empty when it is certain."""
        return warning(self, "zh-CN")


def due(start: datetime, days: int, calendar: Calendar, *, rule: str = "") -> Deadline:
    """Count `days` working days from `start` (aware). Zero means the same working day, before its hours end.

    Refuses (`Invalid`) a negative number or more than 366; raises `CalendarTooShort` when the calendar ends first
    (`reach` says how far it should go).
    """
    if not 0 <= days <= MOST_DAYS:
        raise Invalid(fields={"days": f"时限请填 0 到 {MOST_DAYS} 个工作日。"})
    begun = shanghai(start)
    today = begun.date()
    same_day = days == 0 and calendar.is_workday(today) and begun < calendar.closes(today)
    day = today if same_day else today + ONE_DAY
    marks = [calendar.mark(day)]
    wanted = max(days, 1) - marks[0].workday
    while wanted:
        day += ONE_DAY
        marks.append(calendar.mark(day))
        wanted -= marks[-1].workday
    return Deadline(rule, begun, days, calendar.closes(day), tuple(marks))


def reach(start: datetime, days: int) -> date:
    """The last date a calendar needs so that `due(start, days, …)` ends within it, with room for long holidays."""
    return shanghai(start).date() + timedelta(days=2 * days + 30)


@dataclass(frozen=True, slots=True)
class Chip:
    """How near a deadline is. `key` names the words, `tone` and `icon` the look, `days`: working days left or over."""

    key: str
    tone: str
    icon: str
    days: int
    due_at: datetime

    def text(self, language: Language = "zh-CN") -> str:
        """The chip's words, such as 还剩 5 个工作日."""
        return words.chip(self.key, self.days, self.due_at, language)


def left(due_at: datetime, now: datetime, calendar: Calendar) -> Chip:
    """Working days left after today up to and including the due date; on the due date its hour; afterwards days over.

    Just after the deadline already counts as one working day over. The calendar must cover both moments.
    """
    due_at, present = shanghai(due_at), shanghai(now)
    last, today = due_at.date(), present.date()
    if present > due_at:
        return Chip("due.over", "bad", "alert", max(1, calendar.workdays(last, today)), due_at)
    if today == last:
        return Chip("due.today", "warn", "alert", 0, due_at)
    remaining = max(1, calendar.workdays(today, last))
    return Chip("due.left", "ok" if remaining > 2 else "warn", "clock", remaining, due_at)


def explain(deadline: Deadline, language: Language = "zh-CN") -> str:
    """How the deadline was counted, a line per counted day and run of rest days, then the result and any warning."""
    say = words.LINES[language]
    lines = [say.rule.format(rule=deadline.rule)] if deadline.rule else []
    lines.append(started(deadline, language))
    number = 0
    for _, run in groupby(deadline.marks, key=lambda mark: mark.date if mark.workday else words.reason(mark, language)):
        marks = list(run)
        if marks[0].workday:
            number += 1
            lines.append(counted(marks[0], number, language))
        else:
            lines.append(skipped(marks, language))
    lines.append(say.end.format(day=words.day(deadline.due_at.date(), language), time=f"{deadline.due_at:%H:%M}"))
    return "\n".join([*lines, *filter(None, [warning(deadline, language)])])


def warning(deadline: Deadline, language: Language = "zh-CN") -> str:
    """The sentence that goes with a provisional deadline; empty when it is certain."""
    years = sorted({mark.date.year for mark in deadline.marks if mark.provisional})
    return words.provisional(years, language) if years else ""


def started(deadline: Deadline, language: Language) -> str:
    say = words.LINES[language]
    same_day = deadline.marks[0].date == deadline.start.date()
    line = say.start_same_day if same_day else say.start
    return line.format(day=words.day(deadline.start.date(), language), time=f"{deadline.start:%H:%M}")


def counted(mark: Mark, number: int, language: Language) -> str:
    line = words.LINES[language].counted.format(n=number, day=words.day(mark.date, language))
    return line if mark.kind is Kind.WORKDAY else f"{line} {words.reason(mark, language)}"


def skipped(marks: list[Mark], language: Language) -> str:
    say, reason = words.LINES[language], words.reason(marks[0], language)
    first, last = (words.day(mark.date, language) for mark in (marks[0], marks[-1]))
    if len(marks) == 1:
        return say.skipped.format(day=first, reason=reason)
    return say.skipped_run.format(first=first, last=last, reason=reason, count=len(marks))
