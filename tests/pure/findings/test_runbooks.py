"""Every finding has a runbook, and the best that there is."""

from __future__ import annotations

import pytest

from watchfloor.aiops.errors import AiopsError
from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.findings.runbooks import GENERIC, Runbook, matching, shipped
from watchfloor.aiops.inspection.cadences import Cadence, types_of
from watchfloor.aiops.patterns.observation import SIGNALS
from watchfloor.aiops.types import Severity

SPECIFIED = {
    "TOUR_OVERDUE", "CORRELATION_TOUR_ABANDONMENT", "CHECKPOINT_COVERAGE_LOW",
    "CORRELATION_PHANTOM_GUARD", "CORRELATION_SILENT_SITE", "CORRELATION_SLA_STORM", "SLA_BREACH",
    "FIELD_SUPPORT_DELAYED", "CRITICAL_SIGNAL_PHONE_EVENTS_LOW",
    "CRITICAL_SIGNAL_LOCATION_UPDATES_LOW", "CORRELATION_DEVICE_GPS_FAILURE",
    "CORRELATION_DEVICE_PHONE_FAILURE", "COMPLIANCE_REPORT_MISSING",
    "COMPLIANCE_REPORT_NEVER_GENERATED", "DAILY_REPORT_MISSING", "ANOMALY_PHONE_EVENTS_BELOW",
    "ANOMALY_TOUR_CHECKPOINTS_BELOW", "ANOMALY_TASKS_COMPLETED_BELOW",
    "EMERGENCY_ESCALATION_DELAYED", "EMERGENCY_TICKET_UNASSIGNED", "GENERIC",
}  # fmt: skip


def runbook(finding_type: str, category: Category, severity: str) -> Runbook:
    return Runbook(finding_type, "", category, severity, 10, ("Look.",))  # type: ignore[arg-type]


def test_all_that_the_specification_names_are_shipped_once_and_say_what_to_do() -> None:
    types = [one.finding_type for one in shipped()]

    assert set(types) >= SPECIFIED
    assert len(set(types)) == len(types)
    assert all(one.title and one.steps for one in shipped())
    assert types[-1] == GENERIC, "it stands for nothing that another one fits"


def test_each_is_for_something_that_is_looked_for() -> None:
    looked_for = {one for cadence in Cadence for one in types_of(cadence)}
    unlike_itself = {f"ANOMALY_{signal.upper()}_BELOW" for signal in SIGNALS}

    assert {one.finding_type for one in shipped()} <= looked_for | unlike_itself | {GENERIC}


@pytest.mark.parametrize("one", shipped(), ids=lambda one: one.finding_type)
def test_a_type_finds_its_own_however_grave_it_is_and_whose_ever_work(one: Runbook) -> None:
    for category in Category:
        for severity in Severity:
            assert matching(shipped(), one.finding_type, category, severity) is one


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("severity", Severity)
def test_an_unknown_type_gets_one_of_its_category_and_severity_before_one_of_its_category(
    category: Category, severity: Severity
) -> None:
    found = matching(shipped(), "NEVER_HEARD_OF", category, severity)
    alike = [one for one in shipped() if (one.category, one.severity) == (category, severity.name)]

    assert found.category == category
    assert found == alike[0] if alike else found.severity != severity.name


def test_without_one_of_the_category_the_generic_one_holds_and_without_that_none() -> None:
    books = [runbook("A", Category.SAFETY, "HIGH"), runbook(GENERIC, Category.OPERATIONAL, "LOW")]

    assert matching(books, "B", Category.SECURITY, Severity.HIGH).finding_type == GENERIC
    with pytest.raises(AiopsError):
        matching(books[:1], "B", Category.SECURITY, Severity.HIGH)


def test_a_finding_is_the_same_by_its_site_type_and_thing() -> None:
    found = FindingDraft("X", Category.SAFETY, Severity.LOW, "S1", "One")

    assert found.key == FindingDraft("X", Category.SECURITY, Severity.HIGH, "S1", "Two").key
    assert found.key == ("S1", "X", "site", "S1")
    assert found.key != FindingDraft("X", Category.SAFETY, Severity.LOW, "S2", "One").key
