"""Of somebody who is erased nothing is left in the database, in whatever form it was kept."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from django.db import connections, models

from tests.make import make_tenant, make_user, signed_in
from tests.noc import flow
from tests.sensing import operation
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.people.models import Licence, Person
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.clustering.state import memories
from watchfloor.noc.evidence.models import Attachment
from watchfloor.noc.handover.models import Handover
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.intake.models import Capture, CapturedBody, IntakeRecord, Lane
from watchfloor.noc.orders.models import OrderVersion, StandingOrder
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.sealer import seal_pending
from watchfloor.platform.audit.verify import verify
from watchfloor.platform.live.models import LiveFrame
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.platform.tenancy.policies import guarded_models

SAID = "Hill, Grace rang from 020-7946 0001 (Grace@example.com)"
NUMBER = "call +44 20 7946 0001"
OTHER = "Noor Aziz came, +44 20 7000 1111"
NESTED = '{"who": "Grace Hill", "mail": "grace@example.com"}'
TRACES = ("grace", "hill", "7946 0001", "p-100")


FORGETTING = {
    "clustering.ClusterCheckpoint.noise", "clustering.ClusterCheckpoint.state",
    "clustering.ClusterCommand.body", "clustering.ClusterLog.body", "intake.CapturedBody.body",
    "intake.IntakeRecord.body", "reactive.SubjectState.facts",
}  # fmt: skip
WITHOUT_WORDS = {
    "accounts.ApiKey.key_hash", "accounts.Pin.sealed", "accounts.SecondFactor.secret",
    "accounts.SignInLink.secret_hash", "alerts.NOCAlertEvent.machine", "alerts.TenantStream.clock",
    "audit.AuditSeal.digest", "baselines.BaselineProfile.history", "intake.Identity.identity",
    "integrations.NotificationRule.secret", "modelstore.ModelVersion.body",
    "reactive.OperationStream.clock", "rhythm.SourceRhythm.learnt", "walls.Wall.secret_hash",
}  # fmt: skip
"""Hashes, secrets, times, counts, and trees over numbers."""


def kept(tenant: Tenant) -> Iterator[tuple[str, str]]:
    """Yield each table and row of the tenant in small letters, packed bytes unpacked."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FILTER (WHERE data_type = 'bytea')"
            " FROM information_schema.columns WHERE table_schema = 'public' GROUP BY table_name"
            " HAVING bool_or(column_name = 'tenant_id')"
        )
        for table, packed in cursor.fetchall():
            columns = ", ".join(["x::text", *(f'x."{name}"' for name in packed or ())])
            rows = f'SELECT {columns} FROM "{table}" x WHERE tenant_id = %s'  # noqa: S608
            cursor.execute(rows, [tenant.id])
            for told, *blobs in cursor.fetchall():
                yield table, " ".join([told, *(unpacked(blob or b"") for blob in blobs)]).lower()


def unpacked(blob: bytes) -> str:
    try:
        plain = zlib.decompress(blob)
    except zlib.error:
        plain = bytes(blob)
    return plain.decode(errors="replace")


PLANTED = {
    "alerts_nocalertevent", "alerts_report", "clustering_clustercheckpoint",
    "clustering_clusterlog", "evidence_attachment", "handover_handover", "helpdesk_ticket",
    "incidents_nocincident", "incidents_timelineentry", "intake_capturedbody",
    "intake_intakerecord", "live_liveframe", "orders_orderversion", "people_licence",
    "people_person", "reactive_subjectstate", "shifts_punch",
}  # fmt: skip


def traces(tenant: Tenant) -> list[tuple[str, str]]:
    """Return where the person still is. Of the audit trail the names: a code is nobody's by now."""
    return sorted(
        {
            (table, one)
            for table, row in kept(tenant)
            for one in TRACES
            if one in row and (table, one) != ("audit_auditrow", "p-100")
        }
    )


def test_every_column_of_bytes_forgets_or_holds_no_words() -> None:
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in guarded_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }
    assert columns == FORGETTING | WITHOUT_WORDS


def make_estate() -> Tenant:
    tenant = make_tenant()
    grace = {"code": "P-100", "name": "Grace Hill", "phone": "020 7946 0001", "home_site": "S1",
             "email": "grace@example.com"}  # fmt: skip
    other = {"code": "P-2", "name": "Noor Aziz", "phone": "+44 20 7000 1111"}
    tables = {
        InventoryKind.SITE: [{"code": "S1", "name": "Harbour"}],
        InventoryKind.PERSON: [grace, other],
    }
    with tenant_scope(tenant.id):
        inventory.import_inventory(tables, by=SYSTEM, now=flow.at(-60))
    return tenant


def plant(tenant: Tenant) -> None:
    """Have the person named wherever somebody or something may name one."""
    planted = {"person": "Grace Hill", "message": SAID, "labels": {"note": NESTED, "at": NUMBER}}
    flow.work(tenant, flow.make_report(0, device="", **planted))
    flow.work(tenant, flow.make_report(10, alert_type="DOOR_FORCED", message=f"{OTHER}; {SAID}"))
    flow.work(tenant, flow.make_report(30, device="cam-2", message="P-100 was here"))
    flow.store(tenant, [flow.make_report(31, **planted)])
    punch = {"kind": "check_in", "person": "P-100", "site": "S1", "face": "P-100"}
    operation.work(tenant, operation.event("attendance", 0, device="T1", **punch), minute=1)
    operation.store(tenant, operation.event("attendance", 9, note=SAID, **punch))
    operation.work(tenant, operation.event("tickets", 2, ticket="T-1", site="S1",
                   priority="P1", state="NEW", assignee="P-100", title=SAID), minute=3)  # fmt: skip
    with tenant_scope(tenant.id):
        incident = NOCIncident.objects.all()[0]
        now = flow.at(40)
        Licence.objects.create(
            person=Person.objects.get(code="P-100"), skill="armed", number="P-100-7",
            issued_on=now.date(), valid_until=now.date(), created_at=now,
        )  # fmt: skip
        Attachment.objects.create(
            incident=incident, name="Grace Hill.jpg", caption=SAID, media_type="image/jpeg",
            size=1, sha256="0" * 64, added_at=now, added_by_kind="user",
        )  # fmt: skip
        Handover.objects.create(
            starts_at=now, ends_at=now, note=SAID, is_whole=True, contents={"said": [NESTED]}
        )
        order = StandingOrder.objects.create(code="O1")
        OrderVersion.objects.create(
            order=order, number=1, title=SAID, steps=[{"text": NUMBER, "is_required": False}],
            made_at=now, made_by_kind="user",
        )  # fmt: skip
        capture = Capture.objects.create(name="gate", until=now)
        CapturedBody.objects.create(capture=capture, received_at=now, body=NESTED.encode())
        damaged = {"lane": Lane.NORMAL, "received_at": now, "quarantined_at": now}
        IntakeRecord.objects.create(
            event_id=incident.pk, tenant=tenant, body=b"\xc1" + SAID.encode(), error=SAID, **damaged
        )
        LiveFrame.objects.using("system").create(
            tenant_id=tenant.id, changes=[{"title": SAID}], created_at=now
        )
    browser = signed_in(make_user(tenant, "admin"))
    for act in ("comment", "resolve"):
        where = f"/api/v1/incidents/{incident.pk}/{act}"
        answer = browser.post(where, {"text": f"{SAID}, P-100"}, "application/json")
        assert answer.status_code == 200, answer.content


def erased(tenant: Tenant) -> None:
    with tenant_scope(tenant.id):
        person = Person.objects.get(code="P-100")
    admin = signed_in(make_user(tenant, "admin"))
    where = f"/api/v1/people/{person.pk}/erase"
    answer = admin.post(where, {"confirm": "P-100"}, "application/json")
    assert answer.status_code == 200, answer.content


def test_not_a_byte_of_somebody_erased_is_left_and_grouping_goes_on() -> None:
    tenant = make_estate()
    plant(tenant)
    assert {table for table, _ in traces(tenant)} >= PLANTED
    elsewhere = memories.take(tenant.id)
    assert elsewhere is not None

    erased(tenant)
    assert traces(tenant) == []

    memories.give(tenant.id, elsewhere)  # another process had a copy, which still knows the name
    with tenant_scope(tenant.id):
        cluster = NOCAlertEvent.objects.get(device_name="cam-2").cluster_id
    flow.work(tenant, flow.make_report(32, device="cam-2", message="no picture"))
    flow.drain_tenant(tenant, minute=120)
    with tenant_scope(tenant.id):
        last = NOCAlertEvent.objects.filter(device_name="cam-2").get()
        assert (last.occurrence_count, last.cluster_id) == (2, cluster)
        assert OTHER in NOCAlertEvent.objects.get(alert_type="DOOR_FORCED").message
        seal_pending(flow.at(130))
        assert verify(flow.at(131)).is_intact
    assert traces(tenant) == []
