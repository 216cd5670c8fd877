"""What was open at a moment reads later as it read then."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.make import NOW, make_tenant, make_user
from tests.noc.flow import at, make_report, make_resolve, work
from watchfloor.aiops.types import Severity
from watchfloor.noc.incidents import lifecycle, past, selectors, services
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.states import OPEN
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.context import tenant_scope

Snapshot = set[tuple[int, str, int]]


def now_open() -> Snapshot:
    found = selectors.visible(EVERYTHING).filter(state__in=OPEN)
    return set(found.values_list("number", "state", "severity"))


def open_at(moment: datetime) -> Snapshot:
    found = past.open_then(selectors.visible(EVERYTHING), moment)
    return set(found.values_list("number", "state_then", "severity_then"))


def test_each_moment_of_a_night_reads_as_it_did_then() -> None:
    tenant = make_tenant()
    anna = Actor("user", str(make_user(tenant).pk))
    seen: dict[datetime, Snapshot] = {}

    def incident(number: int) -> NOCIncident:
        return NOCIncident.objects.get(number=number)

    def look(minute: float) -> None:
        seen[at(minute + 0.5)] = now_open()

    def gate(minute: float, **changes: object) -> None:
        said = {"site": "S2", "device": "gate", "alert_type": "GATE_STUCK", "message": "stuck"}
        work(tenant, make_report(minute, **said | changes))

    with tenant_scope(tenant.id):
        work(tenant, make_report(0, severity=Severity.LOW))
        look(0)
        gate(1)
        look(1)
        work(tenant, make_report(2, severity=Severity.CRITICAL))
        look(2)
        services.acknowledge(incident(1).pk, by=anna, now=at(3))
        look(3)
        services.start(incident(2).pk, by=anna, now=at(4))
        look(4)
        services.resolve(incident(2).pk, by=anna, now=at(5))
        look(5)
        services.take_back(
            incident(2).pk, by=anna, now=at(5) + timedelta(seconds=40), is_asked_in_time=True
        )
        look(6)
        services.resolve(incident(2).pk, by=anna, now=at(7))
        look(7)
        gate(9)
        look(9)
        work(tenant, make_resolve(10))
        lifecycle.sweep(tenant.id, at(20))
        look(20)

        assert {moment: open_at(moment) for moment in seen} == seen
        assert open_at(at(-1)) == set()
    assert len({frozenset(snapshot) for snapshot in seen.values()}) >= 6


@pytest.mark.parametrize("moment", [NOW + timedelta(seconds=1), NOW - timedelta(days=32)])
def test_a_moment_to_come_or_long_ago_is_refused_with_the_cure(moment: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        past.check(moment, NOW)

    assert refused.value.details["fields"] == {"at": "choose a time within the last 31 days"}
