"""A year of 500 sites, made day by day: 1.8 million reports that are never held at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.rehearsal.collecting import seldom_collected
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import Seconds, Severity, Signal
from watchfloor.bench.grouping import faults
from watchfloor.bench.grouping.company import Company, Town, make_company
from watchfloor.bench.grouping.labelled import (
    BEGIN,
    DAY,
    HOUR,
    MINUTE,
    NOISE,
    Teller,
    incident,
)
from watchfloor.bench.results import Row

SITES = 500
DAYS = 365
ALARMS_A_DAY = 1_900
"""Of the whole company; most are over within the hour."""
TALKERS = 8
TALKER_EVERY: Seconds = 12 * MINUTE
KINDS = ("DOOR_AJAR", "TOUR_LATE", "MOTION", "BATTERY_AGED", "READER_FAULT", "LINK_SLOW")
LEAST_SECONDS, AIM_SECONDS = 300.0, 60.0


@dataclass(frozen=True, slots=True)
class Rehearsed:
    days: int
    reports: int
    clusters: int
    cpu: Seconds
    """For the rehearsal; what making the reports took is not in it."""
    held_clusters: int
    held_alerts: int
    """What is still remembered at the end."""
    checkpoint: int
    """Bytes of the clusterer's state at the end."""


def company(seed: int = 1) -> Company:
    rng = Random(f"year/{seed}")  # noqa: S311 - no secret is made of it
    towns = [Town(rng.uniform(-90, 90), rng.uniform(-90, 90), 5, SITES // 10) for _ in range(10)]
    return make_company(rng, towns, clients=25, carriers=6, devices=(8, 26))


def days(seed: int = 1, *, count: int = DAYS) -> Iterator[list[Report]]:
    """Yield the reports of one day after the other, in order of arrival."""
    ours, rng = company(seed), Random(f"days/{seed}")  # noqa: S311 - no secret is made of it
    left: list[Report] = []
    for number in range(count):
        tell = Teller(rng, f"year-{number}")
        begin = BEGIN + number * DAY
        _ordinary(tell, ours, begin)
        _talkers(tell, ours, begin, number)
        _faults(tell, ours, begin, number)
        heard = sorted([*left, *(told.report for told in tell.told())], key=_at)
        left = [report for report in heard if _at(report) >= begin + DAY]
        yield heard[: len(heard) - len(left)]


def measure(*, count: int = DAYS) -> Rehearsed:
    stream = AlertStream(inventory=company().inventory())
    cpu, reports, clusters = 0.0, 0, 0
    for day in days(count=count):
        began = time.process_time()
        with seldom_collected():
            for report in day:
                clusters = max(clusters, stream.apply(report).membership.cluster)
        cpu += time.process_time() - began
        reports += len(day)
    clusterer = stream.clusterer
    held = len(clusterer.clusters), len(stream.lives), len(clusterer.snapshot())
    return Rehearsed(count, reports, clusters, cpu, *held)


def rows(found: Rehearsed) -> list[Row]:
    seconds = found.cpu * DAYS / found.days
    per_day = found.reports / found.days
    what = f"{found.days} days of {SITES} sites, {found.reports:,} reports ({per_day:,.0f} a day)"
    if found.days < DAYS:
        what += ", scaled to a year"
    return [
        Row(f"{what}: seconds of processor", f"{seconds:.0f}", f"{LEAST_SECONDS:g}",
            f"{AIM_SECONDS:g}", seconds <= LEAST_SECONDS),
        Row("reports a second", f"{found.reports / found.cpu:,.0f}"),
        Row("clusters a day", f"{found.clusters / found.days:,.0f}"),
        Row("still held at the end", f"{found.held_clusters:,} clusters, {found.held_alerts:,}"
            f" alerts, a checkpoint of {found.checkpoint / 1e6:.1f} MB"),
    ]  # fmt: skip


def _ordinary(tell: Teller, ours: Company, begin: Seconds) -> None:
    rng = tell.rng
    for _ in range(ALARMS_A_DAY):
        site = rng.choice(ours.sites)
        subject, at = site.subject(rng.choice(site.devices)), begin + rng.triangular(0, DAY)
        kind = rng.choice(KINDS)
        tell.say(at, subject, kind, NOISE, severity=Severity.LOW)
        if rng.random() < 0.8:
            over = at + rng.expovariate(1 / (15 * MINUTE))
            tell.say(over, subject, kind, NOISE, severity=Severity.LOW, status=Signal.RESOLVED)


def _talkers(tell: Teller, ours: Company, begin: Seconds, day: int) -> None:
    """Some detectors talk all day; each week others."""
    chosen = Random(f"talkers/{day // 7}")  # noqa: S311 - no secret is made of it
    for _ in range(TALKERS):
        site = chosen.choice(ours.sites)
        subject = site.subject(chosen.choice(site.devices))
        at = begin
        while at < begin + DAY:
            tell.say(at, subject, "MOTION", NOISE, severity=Severity.LOW)
            at += tell.rng.expovariate(1 / TALKER_EVERY)


def _faults(tell: Teller, ours: Company, begin: Seconds, day: int) -> None:
    rng = tell.rng
    for number in range(3):
        site, at = rng.choice(ours.sites), begin + rng.uniform(0, 22) * HOUR
        cause, lasts = incident(f"fault-{day}-{number}"), rng.uniform(5, 90) * MINUTE
        if number == 0 and day % 2:
            faults.power_cut(tell, ours.on_feeder(site.feeder), at, lasts, cause)
        else:
            faults.gateway_down(tell, site, at, lasts, cause)


def _at(report: Report) -> Seconds:
    return report.timestamp or 0.0
