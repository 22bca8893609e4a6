"""The page /metrics: what was gathered, in Prometheus' words. docs/operations.md has a line for each family.

Labels are offices, routes, states and codes: sets that do not grow with people. No figure is about one person.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import TypeVar

from django.db import connection
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as FORMAT

from zhengwutong.duty.facts import State as DutyState
from zhengwutong.gateway.figures import Figures
from zhengwutong.kernel import rounds
from zhengwutong.kernel.requests import Requests
from zhengwutong.kernel.tally import Tally
from zhengwutong.watch.figures import Here, Work

__all__ = ["FORMAT", "page"]

Labels = TypeVar("Labels", bound=tuple[str, ...])
process = ProcessCollector(registry=None)


class Collected:
    """One answer's families, as the library wants to be given them."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self.families = families

    def collect(self) -> Iterable[Metric]:
        return self.families


def page(here: Here, work: Work | None, ready: Mapping[str, bool | None]) -> bytes:
    """The whole page; what the database did not tell in time is left out."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(process)
    families = [*build(), *health(ready), *of_door(here), *of_messages(here.figures), *of_http(here), *of_rounds()]
    registry.register(Collected(families + (list(of_work(work)) if work is not None else [])))
    return generate_latest(registry)


# --- how a family is written ------------------------------------------------------------------------------------------


def gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"zhengwutong_{name}", says, value)


def counter(name: str, says: str, value: float) -> Metric:
    return CounterMetricFamily(f"zhengwutong_{name}", says, value)


def gauges(name: str, says: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"zhengwutong_{name}", says, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def counters(name: str, says: str, labels: list[str], values: Mapping[Labels, float]) -> Metric:
    family = CounterMetricFamily(f"zhengwutong_{name}", says, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def histogram(name: str, says: str, tallies: Mapping[str, Tally], label: str = "") -> Metric:
    family = HistogramMetricFamily(f"zhengwutong_{name}", says, labels=[label] if label else [])
    for key, tally in sorted(tallies.items()):
        below, buckets = 0, []
        for bound, count in zip([*map(float, tally.bounds), float("inf")], tally.counts, strict=True):
            below += count
            buckets.append((str(bound) if bound != float("inf") else "+Inf", float(below)))
        family.add_metric([key] if label else [], buckets, tally.sum)
    return family


# --- the families -----------------------------------------------------------------------------------------------------


def build() -> Iterator[Metric]:
    family = GaugeMetricFamily("zhengwutong_build_info", "What runs here", labels=["version", "python", "database"])
    family.add_metric([version("zhengwutong"), platform.python_version(), connection.vendor], 1)
    yield family


def health(ready: Mapping[str, bool | None]) -> Iterator[Metric]:
    yield gauge("ready", "1 when /readyz answers 200", bool(ready["ready"]))
    yield gauge("draining", "1 from being told to end on", bool(ready["draining"]))
    yield gauge("database_up", "1 when the database answers in time and takes writes", bool(ready["database"]))
    if ready["valkey"] is not None:
        yield gauge("valkey_up", "1 while the bell of the other processes is heard", ready["valkey"])


def of_door(here: Here) -> Iterator[Metric]:
    figures = here.figures
    yield gauge("connections", "Open sockets, those not yet signed in included", here.connections)
    yield gauge("people", "People with at least one signed-in socket at this process", here.people)
    yield gauge("streams_followed", "Streams with followers at this process", here.streams)
    yield gauge("writer_waiting", "Messages that wait for the next batch", here.waiting)
    yield gauge("writer_writing", "Messages in the batch being stored", here.writing)
    yield gauge("observers_waiting", "Batches of stored entries the observers have not been told of", here.unobserved)
    frames = {(kind,): count for kind, count in figures.frames.items()} | {("send",): figures.batches.sum}
    yield counters("frames_received", "Frames understood, by kind", ["kind"], frames)
    sent = {("entry",): figures.delivered, ("ack",): figures.stored + figures.repeated}
    yield counters("frames_sent", "Entries pushed to followers, and acks", ["kind"], sent)
    closed = {(str(code),): count for code, count in figures.closed.items()}
    yield counters("sockets_closed", "Sockets this side took leave of, by close code", ["code"], closed)
    yield counter("outbox_overflows", "Sockets cut because they left too much unread", figures.overflows)
    yield counter(
        "comparisons", "Comparisons of numbers with the database, since a bell may be lost", figures.comparisons
    )
    yield counter("bells_missed", "Streams such a comparison found moved without a bell", figures.missed)
    yield counter("bells_dropped", "Bells not sent because Valkey was away too long", here.bells_dropped)


def of_messages(figures: Figures) -> Iterator[Metric]:
    yield counter("messages_stored", "Messages committed", figures.stored)
    yield counter("messages_repeated", "Messages that had been stored before, by their key", figures.repeated)
    yield counter("batches_failed", "Batches the database did not take", figures.failed)
    yield histogram("batch_messages", "Messages in a batch", {"": figures.batches})
    yield histogram("commit_seconds", "From handing a batch to the writer to its commit", {"": figures.store_seconds})
    says = "From a message's arrival to its ack; of a batch the oldest's time counts for all, so this is an upper bound"
    yield histogram("ack_seconds", says, {"": figures.ack_seconds})


def of_http(here: Here) -> Iterator[Metric]:
    with Requests.lock:
        answered, refused = dict(Requests.answered), dict(Requests.refused)
        took = {what: copied(tally) for what, tally in Requests.took.items()}
    yield gauge("http_requests_open", "Requests that have come and have no answer yet", here.open_requests)
    requests = {(what, str(status)): count for (what, status), count in answered.items()}
    yield counters("http_requests", "Requests answered", ["operation", "status"], requests)
    yield histogram("http_request_seconds", "From thread to answer", took, "operation")
    refusals = {("http", code): count for code, count in refused.items()}
    refusals |= {("socket", code): count for code, count in here.figures.refused.items()}
    yield counters("refusals", "What was refused, by its code", ["door", "code"], refusals)


def copied(tally: Tally) -> Tally:
    made = Tally(tally.bounds)
    made.counts, made.sum = list(tally.counts), tally.sum
    return made


def of_rounds() -> Iterator[Metric]:
    past = dict(rounds.past)
    says = "When a round last went well, seconds since 1970"
    yield gauges(
        "round_last_success_timestamp_seconds", says, "round", {name: one.last_good for name, one in past.items()}
    )
    yield gauges("round_seconds", "How long it took", "round", {name: one.took for name, one in past.items()})
    failures = {(name,): float(one.failures) for name, one in past.items()}
    yield counters("round_failures", "Rounds that went wrong", ["round"], failures)


def of_work(work: Work) -> Iterator[Metric]:
    """The same from each process: an installation's, not a process's."""
    waiting = GaugeMetricFamily("zhengwutong_queue_waiting", "People in a desk's list", labels=["desk", "list"])
    oldest = GaugeMetricFamily(
        "zhengwutong_queue_oldest_seconds", "Since the first of them asked", labels=["desk", "list"]
    )
    for queue in work.queues:
        labels = [queue.desk, "live" if queue.live else "message"]
        waiting.add_metric(labels, queue.waiting)
        oldest.add_metric(labels, queue.oldest_seconds)
    yield from (waiting, oldest)
    desks = {state.value: work.desks.get(state.value, 0) for state in DutyState}
    yield gauges("desks", "Desks by duty state", "state", desks)
    talks = {state: work.consultations.get(state, 0) for state in ("waiting", "serving", "held")}
    yield gauges("consultations", "Consultations that have not ended", "state", talks)
    yield gauge("data_free_bytes", "Room on the disk of the data folder", work.disk_free)
