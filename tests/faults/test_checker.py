"""The checker finds what is wrong with a history by its name, and finds nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.checker import check
from tests.faults.ledger import Delivery, Entry, Ledger, Message

STREAM, READERS = 7, ("甲", "乙")


def history(count: int = 6) -> Ledger:
    """Two people saying things in turn, each after the answer to the one before; two readers who got it all."""
    ledger = Ledger()
    for reader in READERS:
        ledger.reads(reader, STREAM)
    for seq in range(1, count + 1):
        message = Message(STREAM, seq % 2, f"k{seq}", f"第{seq}句")
        ledger.attempted(message, lane=f"line {seq % 2}")
        ledger.acknowledged(message.name, seq)
        entry = Entry(STREAM, seq, message.author, message.key, message.body)
        ledger.read_back([entry])
        for reader in READERS:
            ledger.delivered(reader, 1, entry, live=True)
    return ledger


def changed(ledger: Ledger, change: Callable[[Entry], Entry]) -> None:
    """Tell readers and reader-back something else, and acknowledge accordingly."""
    ledger.stored = sorted(map(change, ledger.stored), key=lambda entry: entry.seq)
    ledger.deliveries = [one._replace(entry=change(one.entry)) for one in ledger.deliveries]
    ledger.deliveries.sort(key=lambda one: one.entry.seq)
    numbers = {entry.name: entry.seq for entry in ledger.stored}
    ledger.acks = [ack._replace(seq=numbers[ack.name]) for ack in ledger.acks]


def lose_stored(ledger: Ledger, at: int) -> None:
    del ledger.stored[at]


def lose_wholly(ledger: Ledger, at: int) -> None:
    gone = ledger.stored.pop(at)
    ledger.deliveries = [one for one in ledger.deliveries if one.entry != gone]


def renumber_ack(ledger: Ledger, at: int) -> None:
    ledger.acks[at] = ledger.acks[at]._replace(seq=99)


def forget_delivery(ledger: Ledger, at: int) -> None:
    gone = ledger.stored[at]
    ledger.deliveries = [one for one in ledger.deliveries if (one.entry, one.reader) != (gone, READERS[1])]


def told_to_all(ledger: Ledger, entry: Entry) -> None:
    ledger.read_back([entry])
    for reader in READERS:
        ledger.delivered(reader, 1, entry, live=True)


def double(ledger: Ledger, at: int) -> None:
    told_to_all(ledger, ledger.stored[at]._replace(seq=len(ledger.stored) + 1))


def double_number(ledger: Ledger, at: int) -> None:
    ledger.stored.insert(at, ledger.stored[at])


def double_for_one_reader(ledger: Ledger, at: int) -> None:
    first = next(one for one in ledger.deliveries if one.entry.seq == at + 1)
    repeat = first.entry._replace(seq=len(ledger.stored) + 1)
    ledger.delivered(first.reader, 1, repeat, live=True)


def invent(ledger: Ledger, at: int) -> None:
    told_to_all(ledger, Entry(STREAM, len(ledger.stored) + 1, 1, f"nobody's {at}", "谁说的"))


def alter(ledger: Ledger, at: int) -> None:
    changed(ledger, lambda entry: entry._replace(body="改了") if entry.seq == at + 1 else entry)


def store_refused(ledger: Ledger, at: int) -> None:
    name = ledger.stored[at].name
    ledger.acks = [ack for ack in ledger.acks if ack.name != name]
    ledger.refused_for_good(name, "closed")


def swap(ledger: Ledger, at: int) -> None:
    """This message and the next have changed places, for everybody."""
    places = {at + 1: at + 2, at + 2: at + 1}
    changed(ledger, lambda entry: entry._replace(seq=places.get(entry.seq, entry.seq)))


def swap_for_one_reader(ledger: Ledger, at: int) -> None:
    places = {at + 1: at + 2, at + 2: at + 1}

    def other(one: Delivery) -> Delivery:
        seq = places.get(one.entry.seq, one.entry.seq)
        return one._replace(entry=one.entry._replace(seq=seq)) if one.reader == READERS[0] else one

    ledger.deliveries = sorted(map(other, ledger.deliveries), key=lambda one: one.entry.seq)


def leave_a_hole(ledger: Ledger, at: int) -> None:
    changed(ledger, lambda entry: entry._replace(seq=entry.seq + (entry.seq > at)))


def push_backwards(ledger: Ledger, at: int) -> None:
    """One reader got the next one first."""
    mine = [place for place, one in enumerate(ledger.deliveries) if one.reader == READERS[0]]
    one, other = mine[at], mine[at + 1]
    ledger.deliveries[one], ledger.deliveries[other] = ledger.deliveries[other], ledger.deliveries[one]


WRONGS = {
    "lost": [lose_stored, lose_wholly, renumber_ack],
    "undelivered": [forget_delivery],
    "unexpected": [invent, alter, store_refused],
    "duplicated": [double, double_number, double_for_one_reader],
    "disordered": [swap, swap_for_one_reader, leave_a_hole, push_backwards],
}


@pytest.mark.parametrize(("name", "wrong"), [(name, wrong) for name, wrongs in WRONGS.items() for wrong in wrongs])
@settings(max_examples=20, deadline=None)
@given(count=st.integers(3, 8), at=st.integers(0, 6))
def test_a_wrong_history_is_found_by_its_name(
    name: str, wrong: Callable[[Ledger, int], None], count: int, at: int
) -> None:
    ledger = history(count)
    wrong(ledger, at % (count - 1))
    counts = check(ledger).counts
    assert counts.pop(name) >= 1
    assert not any(counts.values()), counts


@given(count=st.integers(0, 8))
def test_a_clean_history_is_clean(count: int) -> None:
    assert check(history(count)).clean


def test_messages_sent_without_waiting_may_be_told_in_any_order_but_keep_that_of_their_line() -> None:
    ledger = Ledger()
    sent = [Message(STREAM, 1, f"k{number}", str(number)) for number in range(3)]
    for message, lane in zip(sent, ("one", "other", "one"), strict=True):
        ledger.attempted(message, lane)
    ledger.read_back([Entry(STREAM, seq, 1, f"k{number}", str(number)) for seq, number in ((1, 1), (2, 0), (3, 2))])
    assert check(ledger).clean
    ledger.stored = [Entry(STREAM, seq, 1, f"k{number}", str(number)) for seq, number in ((1, 2), (2, 1), (3, 0))]
    assert check(ledger).counts["disordered"] == 1
    ledger.refused_for_now(sent[2].name)
    assert check(ledger).clean


def test_a_repeat_and_a_page_may_go_back() -> None:
    ledger = history(4)
    ledger.delivered(READERS[0], 1, ledger.stored[0], live=True)
    ledger.delivered(READERS[0], 1, ledger.stored[1], live=False)
    assert check(ledger).clean


def test_what_the_service_says_is_numbered_and_delivered_like_the_rest() -> None:
    ledger = history(2)
    ledger.read_back([Entry(STREAM, 3, None, None, "")])
    assert check(ledger).counts["undelivered"] == len(READERS)
