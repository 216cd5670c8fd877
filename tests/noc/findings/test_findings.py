"""A finding is one thing however often it is found, and lives until it is gone and worked."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.make import make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.types import Severity
from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.findings import handlers, services
from watchfloor.noc.findings.models import AuditFinding, FindingStatus
from watchfloor.noc.findings.recording import RAISED, Looked, record
from watchfloor.noc.findings.states import MACHINE, OPEN, Action
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.events.bus import Event
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.live.models import LiveFrame
from watchfloor.platform.tenancy.models import Tenant

KIND = "CORRELATION_PHANTOM_GUARD"


@pytest.fixture(autouse=True)
def sites(tenant: Tenant) -> list[Site]:
    client = Client.objects.create(code="C1", name="Client", created_at=flow.at())
    return [
        Site.objects.create(code=code, name=f"Site {code}", client=client, created_at=flow.at())
        for code in ("S1", "S2")
    ]


def draft(person: str = "P1", site: str = "S1", **told: Any) -> FindingDraft:
    values: dict[str, Any] = {"severity": Severity.HIGH, "title": f"{person} does no work", **told}
    return FindingDraft(
        KIND, Category.SECURITY, site=site, entity_type="person", entity_id=person,
        evidence={"fixes": 9}, **values,
    )  # fmt: skip


def looked(*sites: str) -> Looked:
    return Looked(frozenset(sites), frozenset({KIND}))


def signals(tenant: Tenant, minute: float) -> list[tuple[str, int, int]]:
    """Let the drain work; return entity, signal and severity of each alert."""
    flow.drain_tenant(tenant, minute=minute)
    rows = NOCAlertEvent.objects.order_by("entity_id")
    return [(row.entity_id, row.signal, row.severity) for row in rows]


def test_what_is_found_again_is_counted_gets_worse_and_ends_with_its_alert(tenant: Tenant) -> None:
    nowhere = draft("P9", "nowhere")
    first = record([draft(), draft("P2", severity=Severity.LOW), nowhere], now=flow.at())
    assert [row.entity_id for row in first.opened] == ["P1", "P2"]
    assert signals(tenant, 1) == [("P1", SignalState.FIRING, 4)], "too small to tell of the other"
    [alert] = NOCAlertEvent.objects.all()
    assert (alert.alert_type, alert.site_name) == ("SECURITY_ANOMALY", "S1")
    told = OutboxEvent.objects.get(kind=RAISED)
    handlers.show_findings(Event(RAISED, told.payload, tenant.pk, flow.at()))
    changes = LiveFrame.objects.latest("number").changes
    assert [one["row"]["title"] for one in changes] == ["P1 does no work", "P2 does no work"]
    one = AuditFinding.objects.get(entity_id="P1")
    assert (one.runbook, one.evidence) == (KIND, {"fixes": 9})
    assert one.recommended_actions[0].startswith("Compare positions")
    assert alert.dedup_key == one.alert_key

    again = [draft(severity=Severity.CRITICAL), draft("P2", severity=Severity.MEDIUM)]
    record(again, now=flow.at(5), looked=looked("S1"))
    assert signals(tenant, 6) == [("P1", SignalState.FIRING, 5), ("P2", SignalState.FIRING, 3)]
    assert AuditFinding.objects.get(pk=one.pk).found_count == 2

    services.act(one.pk, Action.ACKNOWLEDGE, by=SYSTEM, now=flow.at(7))
    record([], now=flow.at(10), looked=looked("S2"))
    assert not AuditFinding.objects.exclude(gone_at=None).exists(), "nobody looked there"
    record([], now=flow.at(11), looked=looked("S1"))
    assert {one.entity_id: one.status for one in AuditFinding.objects.all()} == {
        "P1": FindingStatus.ACKNOWLEDGED,
        "P2": FindingStatus.RESOLVED,
    }, "what somebody has taken up waits for them"
    assert {signal for _, signal, _ in signals(tenant, 12)} == {SignalState.RESOLVED}

    record([draft(), draft("P2")], now=flow.at(30))
    assert AuditFinding.objects.filter(entity_id="P1").count() == 1
    assert AuditFinding.objects.filter(entity_id="P2").count() == 2
    raised = AuditRow.objects.filter(action="finding.raised")
    assert (raised.count(), AuditRow.objects.filter(action="finding.gone").count()) == (3, 2)


def test_what_somebody_set_aside_stays_so_until_it_is_gone(tenant: Tenant) -> None:
    one = services.create_finding(draft(), now=flow.at())
    with pytest.raises(Invalid):
        services.act(one.pk, Action.DISMISS, by=SYSTEM, now=flow.at(1))
    services.act(one.pk, Action.DISMISS, by=SYSTEM, now=flow.at(1), note="He is the gardener.")
    assert signals(tenant, 2) == [("P1", SignalState.RESOLVED, 4)]

    assert services.create_finding(draft(), now=flow.at(3)).pk == one.pk
    record([], now=flow.at(4), looked=looked("S1"))
    anew = services.create_finding(draft(), now=flow.at(20))
    assert anew.pk != one.pk
    assert signals(tenant, 21)[-1] == ("P1", SignalState.FIRING, 4)
    with pytest.raises(Conflict):
        services.act(one.pk, Action.REOPEN, by=SYSTEM, now=flow.at(22))
    with pytest.raises(Invalid):
        services.create_finding(draft(site="nowhere"), now=flow.at())


def test_the_table_of_states_lets_nothing_out_of_the_end_but_by_opening_it_again() -> None:
    for (state, action), to in MACHINE.table.items():
        if state not in OPEN and to in OPEN:
            assert action is Action.REOPEN
    assert {to for (_, action), to in MACHINE.table.items() if action is Action.REOPEN} == {
        FindingStatus.NEW
    }


def test_the_queries_do_not_grow_with_the_batch(tenant: Tenant) -> None:
    def cost(people: int, minute: int) -> int:
        drafts = [draft(f"P{number}", site) for number in range(people) for site in ("S1", "S2")]
        with CaptureQueriesContext(connection) as queries:
            record(drafts, now=flow.at(minute), looked=looked("S1", "S2"))
        return len(queries)

    cost(1, 0)
    assert cost(40, 1) <= cost(41, 2) + 1 <= 16


def test_people_act_within_their_bounds_and_strangers_see_nothing(
    tenant: Tenant, sites: list[Site]
) -> None:
    mine, other = (
        services.create_finding(draft(site=code), now=flow.at()) for code in ("S1", "S2")
    )
    guard, viewer = make_user(tenant), make_user(tenant, "viewer")
    RoleGrant.objects.filter(user=guard).update(site_id=sites[0].pk)
    alice, victor = signed_in(guard), signed_in(viewer)
    charlie = signed_in(make_user(make_tenant()))

    [row] = alice.get("/api/v1/findings?status=open&severity=HIGH&q=work").json()["items"]
    assert (row["id"], row["severity"], row["site"]) == (str(mine.pk), "HIGH", "S1")
    assert alice.get("/api/v1/findings?category=SAFETY").json()["items"] == []
    path = f"/api/v1/findings/{mine.pk}"
    assert alice.get(path).json()["runbook"] == KIND
    first = alice.get("/api/v1/runbooks?limit=27").json()
    last = alice.get(first["next"]).json()
    assert (len(first["items"]), len(last["items"]), last["next"]) == (27, 1, None)
    assert alice.get("/api/v1/runbooks?after=forged").status_code == 422
    [one] = last["items"]
    assert alice.get(f"/api/v1/runbooks/{one['finding_type']}").json() == one
    assert alice.get("/api/v1/runbooks/NONE").status_code == 404

    done = alice.post(f"{path}/acknowledge", {"version": 1}, "application/json")
    assert (done.status_code, done.json()["status"]) == (200, "ACKNOWLEDGED")
    stale = alice.post(f"{path}/resolve", {"version": 1}, "application/json")
    assert stale.status_code == 409
    row = AuditRow.objects.get(action="finding.acknowledged")
    assert (row.actor_id, row.before["status"]) == (str(guard.pk), "NEW")

    for stranger, address, code in (
        (victor, f"{path}/resolve", 403),
        (charlie, f"{path}/resolve", 404),
        (alice, f"/api/v1/findings/{other.pk}/resolve", 404),
        (alice, f"{path}/explode", 404),
    ):
        assert stranger.post(address, {}, "application/json").status_code == code
    assert charlie.get(path).status_code == 404
    assert charlie.get("/api/v1/findings").json()["items"] == []
