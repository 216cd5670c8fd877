"""What the registers of employments and leave say of each person, as they stand now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from watchfloor.aiops.licences import Licences
from watchfloor.aiops.scorecard.law import Papers
from watchfloor.domain.people.models import Employment, EmploymentStatus
from watchfloor.domain.shifts.models import Leave


def papers(licences: Mapping[str, Licences]) -> Mapping[str, Papers]:
    """Return them by the code of the person. Who has no employment on record has none."""
    leave = _leave()
    employed = Employment.objects.filter(is_active=True).select_related("person__home_site")
    return {
        code: _papers(one, leave.get(code, []), licences.get(code, {}))
        for one in employed
        for code in [one.person.code]
    }


def _papers(one: Employment, leave: list[tuple[date, date]], held: Licences) -> Papers:
    home = one.person.home_site
    sites = None if one.authorised_sites is None else frozenset(one.authorised_sites)
    return Papers(
        hired_on=one.hired_on,
        left_on=one.left_on,
        is_suspended=one.status == EmploymentStatus.SUSPENDED,
        skills=frozenset(one.skills) | held.keys(),
        sites=sites if sites is None or home is None else sites | {home.code},
        leave=leave,
    )


def _leave() -> Mapping[str, list[tuple[date, date]]]:
    found: defaultdict[str, list[tuple[date, date]]] = defaultdict(list)
    rows = Leave.objects.filter(is_active=True).order_by("starts_on")
    for person, first, last in rows.values_list("person__code", "starts_on", "ends_on"):
        found[person].append((first, last))
    return found
