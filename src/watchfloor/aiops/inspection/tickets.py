"""The backlog of a site: what is late, and emergencies that are nobody's."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.patterns.observation import HOUR, MINUTE, SiteObservation, TicketSeen
from watchfloor.aiops.types import Severity

BREACH, SUPPORT_DELAYED = "SLA_BREACH", "FIELD_SUPPORT_DELAYED"
UNASSIGNED, NOT_ESCALATED = "EMERGENCY_TICKET_UNASSIGNED", "EMERGENCY_ESCALATION_DELAYED"
TAKEN_WITHIN = 2 * MINUTE
"""How soon somebody is to have an emergency."""
ESCALATED_AFTER = 15 * MINUTE
SUPPORT_WITHIN = 72 * HOUR


def seen(site: SiteObservation) -> Iterator[FindingDraft]:
    """A ticket is past its target; field support was asked for 72 hours ago; an emergency is
    nobody's after 2 minutes, or is open and was not escalated after 15."""
    for one in site.tickets:
        age = site.at - one.opened_at
        if one.is_overdue:
            yield _found(
                BREACH, Category.OPERATIONAL, Severity.HIGH, site, one, "is past its target"
            )
        if one.is_field_support and age >= SUPPORT_WITHIN:
            told = "has waited for field support for 72 hours"
            yield _found(SUPPORT_DELAYED, Category.OPERATIONAL, Severity.MEDIUM, site, one, told)
        if one.is_emergency and not one.is_assigned and age >= TAKEN_WITHIN:
            told = "is an emergency and nobody's"
            yield _found(UNASSIGNED, Category.SAFETY, Severity.CRITICAL, site, one, told)
        if one.is_emergency and not one.level and age >= ESCALATED_AFTER:
            told = "is an emergency and was not escalated"
            yield _found(NOT_ESCALATED, Category.SAFETY, Severity.CRITICAL, site, one, told)


def _found(
    finding_type: str,
    category: Category,
    severity: Severity,
    site: SiteObservation,
    one: TicketSeen,
    told: str,
) -> FindingDraft:
    return FindingDraft(
        finding_type,
        category,
        severity,
        site.site,
        f"Ticket {one.ticket} at {site.called} {told}",
        "ticket",
        one.ticket,
        {"opened_at": one.opened_at, "moved_at": one.moved_at, "level": one.level},
    )
