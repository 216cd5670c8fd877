"""The whole path of a report through the core: backtest, and what the live pipeline must equal.

Each step is a function of (state, report); `AlertStream` only holds the states of one tenant. The
live pipeline calls the same steps with lives that it loads from the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import msgspec

from watchfloor.aiops.alerts.clock import BEHIND_TOLERANCE, StreamClock
from watchfloor.aiops.alerts.lives import Life, LifeStep, Verdict, advance, expire, is_forgotten
from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.alerts.protection import Protection, protection_of
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.alerts.suppression import Subject, Suppression, Suppressions
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.correlation.fingerprint import fingerprint
from watchfloor.aiops.correlation.places import Place, Places
from watchfloor.aiops.correlation.topology import Inventory
from watchfloor.aiops.noise.policy import NoisePolicy
from watchfloor.aiops.noise.stage import NoiseStage, Weighed
from watchfloor.aiops.types import Seconds, Signal, canonical_type

_SWEEP_EVERY: Seconds = 6 * 3600


class Heard(msgspec.Struct, frozen=True, gc=False):
    """What the alert stage makes of a report, before it is weighed and grouped."""

    report: Report
    key: str
    """Its fingerprint."""
    at: Seconds
    now: Seconds
    """The time of timers at its arrival."""
    clock_suspect: bool
    protection: Protection
    suppressed_by: Suppression | None
    """What people asked for keeps it quiet, or its flapping."""
    step: LifeStep
    place: Place
    view: ReportView


class Applied(msgspec.Struct, frozen=True, gc=False):
    """What became of a report."""

    report: Report
    alert_id: str
    verdict: Verdict
    membership: Membership
    at: Seconds
    clock_suspect: bool
    suppressed_by: Suppression | None
    step: LifeStep
    place: Place
    released: tuple[str, ...] = ()
    """Ids of alerts that people are told of from now on, though they were kept quiet so far."""


class AlertStage:
    """One tenant's alerts before grouping, told report by report in the order of arrival."""

    def __init__(
        self,
        *,
        policy: AlertPolicy = AlertPolicy(),
        suppressions: Suppressions = Suppressions(),
        inventory: Inventory | None = None,
    ) -> None:
        self.policy = policy
        self.suppressions = suppressions
        self.places = Places(inventory)
        self.clock = StreamClock()
        self.lives: dict[str, Life] = {}
        self._swept: Seconds | None = None

    def hear(self, report: Report, key: str = "") -> Heard:
        """Take one report in; `key` is its fingerprint, where that is known already."""
        policy = self.policy
        protection = protection_of(report.alert_type, report.labels, policy.life_safety_types)
        drives = protection is not Protection.LIFE_SAFETY
        at, now, is_suspect = self.clock.hear(report, drives=drives)
        key = key or fingerprint(report)
        step = advance(self.lives.get(key), report, key, at=at, now=now, policy=policy)
        self.lives[key] = step.life
        place = self.places.of(report)
        suppressed = suppression_of(report, step, place, protection, self.suppressions, at)
        view = view_of(report, step, at, place, protection, is_suppressed=suppressed is not None)
        self._sweep(now)
        return Heard(
            report, key, at, now, is_suspect, protection, suppressed, step, place, view
        )  # fmt: skip

    def _sweep(self, now: Seconds) -> None:
        """Let go of lives that no coming report can belong to, now and then."""
        if self._swept is None or now < self._swept:
            self._swept = now
        if now - self._swept < _SWEEP_EVERY:
            return
        self._swept = now
        oldest_to_come = now - BEHIND_TOLERANCE
        for key, life in list(self.lives.items()):
            expire(life, now, self.policy)
            if is_forgotten(life, oldest_to_come, self.policy):
                del self.lives[key]


class AlertStream:
    """One tenant's alerts, told report by report in the order of arrival."""

    def __init__(
        self,
        *,
        policy: AlertPolicy = AlertPolicy(),
        suppressions: Suppressions = Suppressions(),
        noise: NoisePolicy = NoisePolicy(),
        inventory: Inventory | None = None,
        clusterer: OnlineClusterer | None = None,
    ) -> None:
        self.stage = AlertStage(policy=policy, suppressions=suppressions, inventory=inventory)
        self.noise = NoiseStage(noise)
        self.clusterer = clusterer or OnlineClusterer()

    @property
    def lives(self) -> dict[str, Life]:
        return self.stage.lives

    def apply(self, report: Report) -> Applied:
        """Take one report in."""
        heard = self.stage.hear(report)
        step = heard.step
        weighed = self.weigh(heard)
        membership = self.group(weighed)
        return Applied(
            report, step.life.alert_id, step.verdict, membership, heard.at, heard.clock_suspect,
            weighed.suppression, step, heard.place, weighed.released,
        )  # fmt: skip

    def weigh(self, heard: Heard) -> Weighed:
        """Judge what the alert stage heard, here or in another stream of the tenant."""
        return self.noise.hear(
            heard.view, heard.step, heard.protection, heard.suppressed_by, heard.now
        )

    def group(self, weighed: Weighed) -> Membership:
        """Group what was weighed, here or in another stream of the tenant."""
        return cast(Membership, self.clusterer.apply(weighed.view))

    def replay(self, reports: Iterable[Report]) -> Iterator[Applied]:
        """Take the reports in one by one, as they come."""
        return map(self.apply, reports)


def view_of(
    report: Report,
    step: LifeStep,
    at: Seconds,
    place: Place,
    protection: Protection,
    *,
    is_suppressed: bool,
) -> ReportView:
    """Return what the clusterer looks at."""
    life = step.life
    return ReportView(
        report_id=report.event_id,
        alert_id=life.alert_id,
        at=at,
        signal=report.status,
        alert_type=canonical_type(report.alert_type),
        severity=report.severity,
        entity=_entity(report, place),
        site=place.site,
        client=place.client,
        domains=place.domains,
        position=place.position,
        message=report.message,
        is_life_safety=protection is Protection.LIFE_SAFETY,
        is_suppressed=is_suppressed,
        expires_at=life.expires_at if life.signal is Signal.FIRING else life.ended_at,
        settles_at=life.settles_at,
        is_touch=step.verdict is Verdict.TOUCHED,
    )


def suppression_of(
    report: Report,
    step: LifeStep,
    place: Place,
    protection: Protection,
    suppressions: Suppressions,
    at: Seconds,
) -> Suppression | None:
    """Return why nobody is to be told of this report, or None."""
    life = step.life
    if suppressions.is_empty and not life.is_flapping:
        return None
    subject = Subject(
        alert_type=report.alert_type,
        client=place.client,
        site=place.site,
        device=place.device,
        person=report.person,
        entity_id=report.entity_id,
        source=report.source,
        message=report.message,
        severity=report.severity,
        labels=report.labels,
        protection=protection,
        severity_rose=step.severity_rose,
        is_flapping=life.is_flapping,
    )
    return suppressions.applying(subject, at)


def _entity(report: Report, place: Place) -> str:
    if place.device or report.person:
        return place.device or report.person
    if report.entity_id:
        return f"{canonical_type(report.entity_type)}:{report.entity_id}"
    return place.site
