"""A tenant with something of each kind, and a look at whether an answer tells of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx
import msgspec
from django.db import transaction
from django.utils import timezone

from tests.architecture.filling import fill
from tests.integration.floor import PATIENCE, Floor
from tests.integration.openapi import Operation, operations
from tests.make import NOW
from tests.processes import happens_within
from watchfloor.aiops.findings.runbooks import GENERIC
from watchfloor.domain.naming.models import NameReview
from watchfloor.domain.registers.declaration import declared
from watchfloor.domain.shifts.models import Shift
from watchfloor.noc.findings.models import AuditFinding
from watchfloor.noc.intake.models import IntakeRecord
from watchfloor.noc.watching.comparing import compare
from watchfloor.noc.watching.models import Watch, WatchedDay
from watchfloor.platform.ids import uuid7
from watchfloor.platform.modelstore.models import ModelVersion
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.baselines.metrics import METRICS
from watchfloor.sensing.baselines.models import BaselineDeparture, BaselineProfile
from watchfloor.sensing.fraud.models import FraudCase, FraudSuspicion
from watchfloor.sensing.scorecard.models import NonNegotiablesScorecard

SECRET = "quiet-harbour"
# What time alone changes: stream clocks, seals, when a key or a session was last used, and the
# figures, which fade.
TICKING = {"alerts_tenantstream", "audit_auditseal", "accounts_apikey", "accounts_session"}
TICKING |= {"kpis_kpireading", "kpis_kpihour", "rhythm_sourcerhythm", "inspection_inspectionrun"}
# Of these only the rows that tell open pages of the figures.
FADING = {
    "events_outboxevent": "kind <> 'kpis.read'",
    "live_liveframe": "changes->0->>'kind' <> 'kpis'",
}
# A message that does not get through is tried again by itself: of all else nothing may change.
TRIES = ("attempts", "next_at", "leased_until", "sent_at", "error")
TOLD = {"integrations_delivery": "(to_jsonb(t)" + "".join(f" - '{n}'" for n in TRIES) + ")::text"}
# A ticket is what was said of it: rows that nobody told of come to nothing.
FROM_EVENTS = {"tickets", "ticket-changes"}
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x08\x00\x00\x00\x06"
ACT = {"time": NOW.isoformat(), "kind": "opened", "alert_id": SECRET}
ORDER = {"code": SECRET, "title": SECRET, "site": SECRET, "steps": [{"text": SECRET}]}
OUTLINE = {"type": "LineString", "coordinates": [[0, 51], [1, 52]]}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
NAMES_OF_ROWS = ("id", "event_id", "person_id", "name", "date")
OF_THE_FLOOR = {"roles", "runbooks"}  # the same for all tenants


@dataclass(frozen=True)
class Belongings:
    """A tenant with something behind each noun of the API, and the names of its rows."""

    tenant: Tenant
    key: str
    owner: httpx.Client
    ids: Mapping[str, str]
    operations: list[Operation]

    def path(self, template: str) -> str:
        """Return the path with the tenant's own rows in it."""
        parts: list[str] = []
        for part in template.split("/"):
            noun = "mappings" if parts[-1:] == ["json"] else parts[-1] if parts else ""
            parts.append(self.ids[noun] if part.startswith("{") else part)
        return "/".join(parts)

    @property
    def secrets(self) -> set[str]:
        """What only the tenant itself may be told; a number or a date says nothing of anybody."""
        names = {name for name in self.ids.values() if len(name) > 8}
        return {SECRET} | {name for name in names if not DATE.fullmatch(name)}

    def leaks_in(self, answer: httpx.Response) -> set[str]:
        """Return what of the tenant an answer tells, beyond what was asked with."""
        asked = str(answer.request.url) + answer.request.content.decode()
        told = answer.text + str(answer.headers)
        return {word for word in self.secrets if word in told and word not in asked}


def furnish(floor: Floor, tenant: Tenant, owner: httpx.Client, key: str) -> None:
    """Leave a row behind each noun, by the API where it makes one."""
    an_hour_ago = (timezone.now() - timedelta(hours=1)).isoformat()
    until = {"ends_at": "2099-01-01T00:00:00Z"}
    window = {"title": SECRET, "starts_at": "2098-01-01T00:00:00Z", **until}
    matchers = [{"field": "site", "op": "eq", "value": SECRET}]
    made = [
        owner.post("/api/v1/clients", json={"code": SECRET, "name": SECRET}),
        owner.post("/api/v1/sites", json={"code": SECRET, "name": SECRET, "client": SECRET}),
        owner.post("/api/v1/devices", json={"code": SECRET, "name": SECRET, "site": SECRET}),
        owner.post("/api/v1/tests", json={"device": SECRET, "minutes": 30, "caller": SECRET}),
        owner.post("/api/v1/people", json={"code": SECRET, "name": SECRET}),
        owner.post("/api/v1/maintenance-windows", json=window),
        owner.post("/api/v1/silences", json={"reason": SECRET, "matchers": matchers, **until}),
        owner.put(f"/api/v1/mappings/{SECRET}", json={"fields": {"alert_type": "item.a"}}),
        owner.post("/api/v1/captures", json={"name": SECRET}),
        owner.post(f"/api/v1/captures/{SECRET}/bodies", json={"body": {"a": SECRET}}),
        owner.post(
            "/api/v1/notification-rules",
            json={"severity": "CRITICAL", "channel": "email", "target": f"{SECRET}@example.com"},
        ),
        owner.post("/api/v1/heartbeats", json={"url": f"https://example.com/{SECRET}"}),
        owner.post(
            "/api/v1/views", json={"page": "alerts", "name": "Mine", "query": f"q={SECRET}"}
        ),
        owner.post("/api/v1/configurations", json={"document": {}, "note": SECRET}),
        owner.post("/api/v1/rehearsals", json={"days": 1}),
        owner.post("/api/v1/orders", json=ORDER),
        owner.post("/api/v1/handovers", json={"since": an_hour_ago, "note": SECRET}),
        owner.post("/api/v1/walls", json={"name": SECRET}),
        owner.put("/api/v1/outline", json={"name": SECRET, "geojson": OUTLINE}),
        owner.post("/api/v1/watching/acts", json={"acts": [ACT]}),
        owner.post("/api/v1/tickets/open", json={"site": SECRET, "title": SECRET}),
        floor.post(key, {"alert_type": "PANIC", "severity": "CRITICAL", "message": SECRET}),
    ]
    contacts = {"contacts": [{"name": SECRET, "phone": "112", "role": SECRET}]}
    site = f"/api/v1/sites/{made[1].json()['id']}"
    made.append(owner.put(f"{site}/call-list", json=contacts))
    made.append(owner.post(f"{site}/plans", params={"name": SECRET}, content=PICTURE))
    standing = f"/api/v1/plans/{made[-1].json()['id']}/devices/{made[2].json()['id']}"
    made.append(owner.put(standing, json={"x": 0.5, "y": 0.5}))
    assert {answer.status_code for answer in made} <= {200, 201, 202}, [a.text for a in made]
    correct(floor, tenant, owner, key)
    fill(AuditFinding, tenant, using="owner")
    fill(FraudCase, tenant, using="owner")
    fill(FraudSuspicion, tenant, using="owner")
    fill(NameReview, tenant, using="owner")
    fill(ModelVersion, tenant, using="owner")
    for listed in declared():
        if listed.noun not in FROM_EVENTS:
            fill(listed.model, tenant, using="owner")
    counted(tenant)
    watched(tenant)
    with tenant_scope(tenant.id), transaction.atomic():
        quarantined = fill(IntakeRecord, tenant, using="default")
        IntakeRecord.objects.filter(event_id=quarantined.event_id).update(  # type: ignore[attr-defined]
            quarantined_at=NOW, error=SECRET
        )
    floor.work_off(tenant.id)
    told = happens_within(
        lambda: bool(owner.get("/api/v1/deliveries").json()["items"]), seconds=PATIENCE
    )
    assert told, floor.running.words_of("pipeline")


def correct(floor: Floor, tenant: Tenant, owner: httpx.Client, key: str) -> None:
    """Leave a correction and the lesson that it proposes."""
    for name in ("one", "two"):
        said = {"alert_type": f"KIND-{name}", "site": SECRET, "device": name, "message": SECRET}
        floor.post(key, said)
    floor.work_off(tenant.id)
    alerts = owner.get("/api/v1/alerts").json()["items"]
    [incident] = {one["incident_id"] for one in alerts if one["alert_type"].startswith("KIND")}
    chosen = next(one["id"] for one in alerts if one["alert_type"].upper().endswith("ONE"))
    body = {"alerts": [chosen], "note": SECRET}
    split = owner.post(f"/api/v1/incidents/{incident}/split", json=body)
    assert split.status_code == 201, split.text
    path = f"/api/v1/incidents/{incident}/attachments"
    once = {"token": str(uuid7()), "noun": "incidents", "act": "escalate", "reason": SECRET}
    many = owner.post("/api/v1/bulk-acts", json={**once, "items": [{"id": incident}]})
    assert many.status_code == 201, many.text
    attached = owner.post(path, params={"name": SECRET, "caption": SECRET}, content=b"GIF89a")
    assert attached.status_code == 201, attached.text


def counted(tenant: Tenant) -> None:
    """Leave a profile with a departure, a card of a day, and a shift that goes on."""
    departure = fill(BaselineDeparture, tenant, using="owner")
    assert isinstance(departure, BaselineDeparture)
    fill(NonNegotiablesScorecard, tenant, using="owner")
    shift = fill(Shift, tenant, using="owner")
    with tenant_scope(tenant.id):
        nothing = {"metric": next(iter(METRICS)), "history": b""}
        BaselineProfile.objects.filter(pk=departure.profile_id).update(**nothing)
        Shift.objects.filter(pk=shift.pk).update(ends_at=timezone.now() + timedelta(days=1))


def watched(tenant: Tenant) -> None:
    """Leave a watch of everything that goes on, and a day of it that was compared."""
    day = fill(WatchedDay, tenant, using="owner")
    assert isinstance(day, WatchedDay)
    with tenant_scope(tenant.id):
        figures = compare(day.watch, day.starts_at, day.ends_at)
        WatchedDay.objects.filter(pk=day.pk).update(figures=msgspec.to_builtins(figures))
        Watch.objects.filter(pk=day.watch_id).update(ended_at=None)


def names_of_rows(owner: httpx.Client) -> dict[str, str]:
    """Return, by noun, the name of one row: of each list that its owner can read."""
    found = {}
    for operation in operations(owner):
        noun = operation.path.removeprefix("/api/v1/")
        if operation.is_list and noun not in OF_THE_FLOOR:
            items = owner.get(operation.path).json()["items"]
            assert items, f"give the tenant a row in {noun}, so that strangers can be refused it"
            found[noun.rpartition("/")[2]] = str(
                next(items[0][name] for name in NAMES_OF_ROWS if name in items[0])
            )
    user = owner.get(f"/api/v1/users/{found['users']}").json()
    return {**found, "roles": str(user["roles"][0]["id"]), "runbooks": GENERIC}


def contents(floor: Floor, tenant: Tenant) -> dict[str, str]:
    """Return a digest of the tenant's rows in each table that only people and senders change."""
    tables = floor.database.rows(
        "SELECT table_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE table_schema = 'public'"
        " AND column_name = 'tenant_id' AND table_type = 'BASE TABLE'"
    )
    found = {}
    for table in {str(name) for (name,) in tables} - TICKING:
        mine = f"tenant_id = %(tenant)s AND {FADING.get(table, 'true')}"
        told = TOLD.get(table, "t::text")
        query = f'SELECT {told} FROM "{table}" t WHERE {mine} ORDER BY 1'  # noqa: S608
        rows = floor.database.rows(query, tenant=tenant.id)
        found[table] = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
    return found
