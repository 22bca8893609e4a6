"""When a department opens, as a citizen would say it."""

from __future__ import annotations

from datetime import datetime

import pytest

from zhengwutong.duty.words import opens_english, opens_text
from zhengwutong.kernel.clock import SHANGHAI


@pytest.mark.parametrize(
    ("now", "opens", "chinese", "english"),
    [
        ((2026, 11, 24, 20, 0), (2026, 11, 25, 8, 30), "明天（星期三）上午 8:30", "tomorrow (Wednesday) at 8:30"),
        ((2026, 11, 24, 12, 30), (2026, 11, 24, 14, 0), "今天下午 14:00", "today at 14:00"),
        ((2026, 11, 28, 9, 0), (2026, 11, 30, 8, 30), "后天（星期一）上午 8:30", "30 Nov (Monday) at 8:30"),
        ((2026, 11, 27, 18, 0), (2026, 11, 30, 8, 30), "11月30日（星期一）上午 8:30", "30 Nov (Monday) at 8:30"),
        ((2026, 12, 31, 18, 0), (2027, 1, 4, 8, 30), "2027年1月4日（星期一）上午 8:30", "4 Jan 2027 (Monday) at 8:30"),
        ((2026, 11, 24, 23, 59), (2026, 11, 25, 8, 30), "明天（星期三）上午 8:30", "tomorrow (Wednesday) at 8:30"),
    ],
)
def test_opening_is_said_with_its_weekday(
    now: tuple[int, ...], opens: tuple[int, ...], chinese: str, english: str
) -> None:
    present, opening = datetime(*now[:5], tzinfo=SHANGHAI), datetime(*opens[:5], tzinfo=SHANGHAI)
    assert opens_text(opening, present) == chinese
    assert opens_english(opening, present) == english
