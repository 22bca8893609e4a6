"""What a calendar and a deadline say of themselves, in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple

from zhengwutong.workdays.calendar import Kind, Mark

Language = Literal["zh-CN", "en"]

WEEKDAYS = "一二三四五六日"
HOLIDAYS = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-autumn Festival",
    "国庆节": "National Day",
}


class Lines(NamedTuple):
    rule: str
    start: str
    start_same_day: str
    counted: str
    skipped: str
    skipped_run: str
    end: str
    provisional: str


LINES: dict[Language, Lines] = {
    "zh-CN": Lines(
        rule="规则：{rule}",
        start="起算：{day} {time} 提出，当日不计入，从下一个工作日起算",
        start_same_day="起算：{day} {time} 提出，当日办结",
        counted="第 {n} 日：{day}",
        skipped="不计入：{day} {reason}",
        skipped_run="不计入：{first}至{last} {reason}，共 {count} 天",
        end="截止：{day} {time}，当日办公结束时",
        provisional="注意：{years}年的放假安排尚未确定，暂按现有工作日历推算，安排公布后会重新计算。",
    ),
    "en": Lines(
        rule="Rule: {rule}",
        start="Start: {day} {time}; that date is not counted, counting begins on the next working day",
        start_same_day="Start: {day} {time}; due the same day",
        counted="Day {n}: {day}",
        skipped="Not counted: {day}, {reason}",
        skipped_run="Not counted: {first} to {last}, {reason}, {count} days",
        end="Due: {day} {time}, when office hours end",
        provisional="Note: the holidays of {years} are not fixed yet. This follows the calendar as it stands and "
        "will be counted again once they are published.",
    ),
}

REASONS: dict[Language, dict[Kind, str]] = {
    "zh-CN": {
        Kind.WORKDAY: "工作日",
        Kind.SHIFTED: "{name}调休上班",
        Kind.OPENED: "{name}办公",
        Kind.WEEKEND: "周末",
        Kind.HOLIDAY: "{name}放假",
        Kind.CLOSED: "{name}不办公",
    },
    "en": {
        Kind.WORKDAY: "working day",
        Kind.SHIFTED: "shifted working day {name}",
        Kind.OPENED: "open by order {name}",
        Kind.WEEKEND: "weekend",
        Kind.HOLIDAY: "public holiday {name}",
        Kind.CLOSED: "office closed {name}",
    },
}


def reason(mark: Mark, language: Language) -> str:
    """Why a date counts or not: 国庆节放假, 周末, 春节调休上班."""
    name = mark.name if language == "zh-CN" else f"({HOLIDAYS.get(mark.name, mark.name)})" if mark.name else ""
    return REASONS[language][mark.kind].format(name=name).strip()


def day(value: date, language: Language) -> str:
    """A date with its weekday: 2026年2月26日（星期四）, or Thursday 2026-02-26."""
    if language == "zh-CN":
        return f"{value.year}年{value.month}月{value.day}日（星期{WEEKDAYS[value.weekday()]}）"
    return f"{value:%A} {value.isoformat()}"


def provisional(years: Sequence[int], language: Language) -> str:
    """The warning for dates in years not officially fixed."""
    joined = ("、" if language == "zh-CN" else ", ").join(map(str, years))
    return LINES[language].provisional.format(years=joined)


def chip(key: str, days: int, due_at: datetime, language: Language) -> str:
    """The words of a deadline chip; `due_at` in Asia/Shanghai."""
    if language == "zh-CN":
        said = {"due.left": "还剩 {n} 个工作日", "due.today": "今天 {time} 到期", "due.over": "已超 {n} 个工作日"}
        return said[key].format(n=days, time=f"{due_at:%H:%M}")
    unit = "working day" if days == 1 else "working days"
    said = {"due.left": "{n} {unit} left", "due.today": "Due today {time}", "due.over": "{n} {unit} overdue"}
    return said[key].format(n=days, unit=unit, time=f"{due_at:%H:%M}")
