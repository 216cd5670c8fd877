"""What the three inspections of a site look for."""

from __future__ import annotations

from tests.pure.patterns.seeing import ago, guard, signs, site, ticket, tour
from watchfloor.aiops.calendars.periods import Every
from watchfloor.aiops.findings.draft import Category
from watchfloor.aiops.inspection.cadences import Cadence, inspected, types_of
from watchfloor.aiops.patterns.observation import LicenceSeen, ReportOwed
from watchfloor.aiops.types import Severity

LEAST = {"phone_events": 1, "location_updates": 2}


def test_a_heartbeat_counts_critical_signals_of_everybody_at_the_site() -> None:
    first = guard("P1", signs=signs(phone_events=1))
    second = guard("P2", signs=signs(location_updates=1))
    [found] = inspected(site(first, second, thresholds=LEAST), Cadence.HEARTBEAT)

    assert found.finding_type == "CRITICAL_SIGNAL_LOCATION_UPDATES_LOW"
    assert found.evidence["by_person"] == {"P1": 0, "P2": 1}
    enough = guard("P3", signs=signs(location_updates=1))
    assert not list(inspected(site(first, second, enough, thresholds=LEAST), Cadence.HEARTBEAT))


def test_a_silent_site_is_told_of_once_and_one_without_people_not_at_all() -> None:
    def types(*people: object) -> list[str]:
        seen = site(*people, thresholds=LEAST)  # type: ignore[arg-type]
        return [one.finding_type for one in inspected(seen, Cadence.HEARTBEAT)]

    assert types(guard()) == ["CORRELATION_SILENT_SITE"]
    assert types(guard(minutes=30)) == types() == []


def test_the_comprehensive_one_reads_tours_and_the_backlog() -> None:
    tours = (
        tour("late", end=ago(30)),
        tour("nearly", end=ago(29)),
        tour("optional", end=ago(90), is_mandatory=False),
        tour("thin", scanned=7, finished_at=ago(10)),
        tour("full", scanned=8, finished_at=ago(10)),
        tour("past", scanned=1, finished_at=ago(121)),
    )
    tickets = (
        ticket("late", is_overdue=True),
        ticket("alone", age=3, is_emergency=True),
        ticket("forgotten", age=16, is_emergency=True, is_assigned=True),
        ticket("support", age=72 * 60, is_field_support=True),
        ticket("usual"),
    )
    found = inspected(site(tours=tours, tickets=tickets), Cadence.COMPREHENSIVE)

    assert [(one.finding_type, one.entity_id) for one in found] == [
        ("TOUR_OVERDUE", "late"),
        ("CHECKPOINT_COVERAGE_LOW", "thin"),
        ("SLA_BREACH", "late"),
        ("EMERGENCY_TICKET_UNASSIGNED", "alone"),
        ("EMERGENCY_ESCALATION_DELAYED", "forgotten"),
        ("FIELD_SUPPORT_DELAYED", "support"),
    ]


def test_what_a_site_did_not_hand_in_is_graver_the_longer_it_is_about() -> None:
    def owed(report: str, every: Every, **told: bool) -> ReportOwed:
        return ReportOwed(report, every, "2026-03-01", "2026-03-07", ago(5), **told)

    reports = (
        owed("log", Every.DAY),
        owed("drill", Every.WEEK, was_ever_filed=True),
        owed("licences", Every.MONTH),
        owed("keys", Every.DAY, is_filed=True, was_ever_filed=True),
    )
    found = list(inspected(site(reports=reports), Cadence.COMPREHENSIVE))

    assert [(one.finding_type, one.severity, one.entity_id) for one in found] == [
        ("DAILY_REPORT_MISSING", Severity.MEDIUM, "log"),
        ("COMPLIANCE_REPORT_MISSING", Severity.HIGH, "drill"),
        ("COMPLIANCE_REPORT_NEVER_GENERATED", Severity.CRITICAL, "licences"),
    ]
    assert {one.category for one in found} == {Category.COMPLIANCE}


def test_a_licence_is_told_of_before_its_end_and_graver_where_a_shift_needs_it_beyond() -> None:
    def licence(person: str, days_left: int, shift: str = "") -> LicenceSeen:
        return LicenceSeen(person, "armed", "2026-03-20", days_left, 30, shift, ago(-60))

    licences = (
        licence("P1", 31, "D1"), licence("P2", 30), licence("P3", 0, "D1"),
        licence("P4", -1), licence("P5", -1, "D1"),
    )  # fmt: skip
    found = list(inspected(site(licences=licences), Cadence.DEEP))

    assert [(one.finding_type, one.severity, one.entity_id) for one in found] == [
        ("LICENCE_EXPIRING", Severity.LOW, "P2/armed"),
        ("LICENCE_EXPIRING", Severity.MEDIUM, "P3/armed"),
        ("LICENCE_EXPIRED", Severity.LOW, "P4/armed"),
        ("LICENCE_EXPIRED", Severity.HIGH, "P5/armed"),
    ]
    assert {one.category for one in found} == {Category.COMPLIANCE}
    assert found[1].title == (
        "Licence armed of P3 ends on 2026-03-20; shift D1 needs it after that"
    )
    assert found[3].title == "Licence armed of P5 ended on 2026-03-20; shift D1 needs it"
    assert not list(inspected(site(licences=licences), Cadence.COMPREHENSIVE))


def test_an_inspection_finds_nothing_that_it_does_not_say_it_looks_for() -> None:
    crowded = site(
        guard(),
        tours=(tour(started_at=ago(90), end=ago(40)),),
        tickets=(ticket(is_overdue=True, is_emergency=True, level=0), ticket("K2", level=1)),
        reports=(ReportOwed("log", Every.DAY, "2026-03-01", "2026-03-01", ago(5)),),
        licences=(LicenceSeen("P1", "armed", "2026-03-20", 3, 30),),
        thresholds=LEAST,
    )
    for cadence in Cadence:
        found = {one.finding_type for one in inspected(crowded, cadence)}
        assert found
        assert found <= types_of(cadence)
