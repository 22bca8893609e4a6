"""When a department opens, in the citizen's words: 明天（星期三）上午 8:30."""

from __future__ import annotations

from datetime import datetime

from zhengwutong.kernel.clock import local

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEAR = {0: "今天", 1: "明天", 2: "后天"}
ENGLISH_NEAR = {0: "today", 1: "tomorrow"}
NOON = 12


def opens_text(opens: datetime, now: datetime) -> str:
    """The moment on the office's clock, as far away as a citizen would say it."""
    at = local(opens)
    days = (at.date() - local(now).date()).days
    half = "上午" if at.hour < NOON else "下午"
    clock = f"{half} {at.hour}:{at.minute:02d}"
    if days == 0:
        return f"今天{clock}"
    day = NEAR.get(days) or (
        f"{at.month}月{at.day}日" if at.year == local(now).year else f"{at:%Y}年{at.month}月{at.day}日"
    )
    return f"{day}（{WEEKDAYS[at.weekday()]}）{clock}"


def opens_english(opens: datetime, now: datetime) -> str:
    """The same in English: "tomorrow (Wednesday) at 8:30"."""
    at = local(opens)
    days = (at.date() - local(now).date()).days
    clock = f"at {at.hour}:{at.minute:02d}"
    if days == 0:
        return f"today {clock}"
    year = "" if at.year == local(now).year else f" {at:%Y}"
    day = ENGLISH_NEAR.get(days) or f"{at.day} {ENGLISH_MONTHS[at.month - 1]}{year}"
    return f"{day} ({ENGLISH_WEEKDAYS[at.weekday()]}) {clock}"
