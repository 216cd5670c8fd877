"""The three inspections of a site, and what each of them looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from watchfloor.aiops.findings.draft import FindingDraft
from watchfloor.aiops.inspection import filings, licences, signals, tickets, tours
from watchfloor.aiops.patterns import (
    coverage_gap,
    device_failure,
    escalation_break,
    guard_distress,
    phantom_guard,
    resource_shortage,
    silent_site,
    sla_storm,
    suspicious_hours,
    tour_abandonment,
)
from watchfloor.aiops.patterns.observation import SiteObservation


class Cadence(StrEnum):
    HEARTBEAT = "heartbeat"
    """Every five minutes: what can mean that somebody is in danger."""
    COMPREHENSIVE = "comprehensive"
    """Every quarter of an hour: tours, tickets, people on post, reports."""
    DEEP = "deep"
    """Every hour: all patterns, what is unlike the hour of the week, and licences."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look for, and the types of findings that it may answer with."""

    seen: Callable[[SiteObservation], Iterator[FindingDraft]]
    finding_types: tuple[str, ...]


_SILENT = Check(silent_site.seen, (silent_site.FINDING_TYPE,))
_ABANDONED = Check(tour_abandonment.seen, (tour_abandonment.FINDING_TYPE,))
_STORM = Check(sla_storm.seen, (sla_storm.FINDING_TYPE,))
_DISTRESS = Check(guard_distress.seen, (guard_distress.FINDING_TYPE,))
_SHORTAGE = Check(resource_shortage.seen, (resource_shortage.FINDING_TYPE,))
_GAP = Check(coverage_gap.seen, (coverage_gap.FINDING_TYPE,))
_BREAK = Check(escalation_break.seen, (escalation_break.FINDING_TYPE,))
PATTERNS = (
    _SILENT,
    _ABANDONED,
    _STORM,
    Check(phantom_guard.seen, (phantom_guard.FINDING_TYPE,)),
    Check(device_failure.seen, (device_failure.NO_POSITIONS, device_failure.NO_EVENTS)),
    Check(suspicious_hours.seen, (suspicious_hours.FINDING_TYPE,)),
    _DISTRESS,
    _SHORTAGE,
    _GAP,
    _BREAK,
)
"""What speaks of several signals of a site at once; all of it is looked for each hour."""

CHECKS: Mapping[Cadence, tuple[Check, ...]] = MappingProxyType(
    {
        Cadence.HEARTBEAT: (Check(signals.seen, signals.FINDING_TYPES), _SILENT, _DISTRESS),
        Cadence.COMPREHENSIVE: (
            Check(tours.seen, (tours.OVERDUE, tours.COVERAGE_LOW)),
            Check(
                tickets.seen,
                (
                    tickets.BREACH,
                    tickets.SUPPORT_DELAYED,
                    tickets.UNASSIGNED,
                    tickets.NOT_ESCALATED,
                ),
            ),
            Check(filings.seen, (filings.DAILY, filings.MISSING, filings.NEVER)),
            _ABANDONED,
            _STORM,
            _SHORTAGE,
            _GAP,
            _BREAK,
        ),
        Cadence.DEEP: (*PATTERNS, Check(licences.seen, (licences.EXPIRING, licences.EXPIRED))),
    }
)
"""What cannot wait for the hour is looked for more often; a thing found twice is one finding."""


def inspected(site: SiteObservation, cadence: Cadence) -> Iterator[FindingDraft]:
    """Return what an inspection of the cadence finds at a site."""
    for check in CHECKS[cadence]:
        yield from check.seen(site)


def types_of(cadence: Cadence) -> frozenset[str]:
    """Return what the inspection looks for: what it does not find of these is gone."""
    return frozenset(one for check in CHECKS[cadence] for one in check.finding_types)
