"""The audit trail: nobody alters it through the app, and who does it otherwise is found out."""

import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import ProgrammingError, connections, transaction
from django.utils import timezone

from tests.make import make_tenant
from tests.processes import happens_within
from tests.sealing import seal_all
from watchfloor.platform.audit import anchors
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow, AuditSeal
from watchfloor.platform.audit.moments import id_at
from watchfloor.platform.audit.sealer import Sealer
from watchfloor.platform.audit.verify import Report, verify
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

BY = Actor("user", "somebody")


def write(tenant: Tenant, *actions: str) -> None:
    for action in actions:
        with tenant_scope(tenant.pk), transaction.atomic():
            audit.record(BY, action, "thing", "1", at=timezone.now(), after={"size": 1.5})


def check(tenant: Tenant) -> Report:
    with tenant_scope(tenant.pk):
        return verify(timezone.now())


def as_owner(statement: str, *values: object) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, values)


def ids_in_order(tenant: Tenant) -> list[object]:
    with tenant_scope(tenant.pk):
        seals = AuditSeal.objects.order_by("sequence")
        return list(seals.values_list("row_id", flat=True))


def test_rows_are_sealed_once_and_verify(tenant):
    write(tenant, "a", "b", "c")

    seal_all()
    seal_all()

    report = check(tenant)
    assert report.is_intact
    assert (report.sealed, report.unsealed, report.anchored) == (3, 0, 3)


def test_an_unsealed_row_is_reported_with_its_age(tenant):
    write(tenant, "a")

    with tenant_scope(tenant.pk):
        report = verify(timezone.now() + timedelta(seconds=90))

    assert report.unsealed == 1
    assert 89 < report.unsealed_seconds < 100


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditrow SET action = 'other'",
        "DELETE FROM audit_auditrow",
        "TRUNCATE audit_auditrow CASCADE",
        "UPDATE audit_auditseal SET sequence = 9",
        "DELETE FROM audit_auditseal",
    ],
)
@pytest.mark.parametrize("alias", ["default", "system"])
def test_no_role_that_serves_requests_can_alter_the_trail(tenant, statement, alias):
    write(tenant, "a")
    seal_all()

    with (
        tenant_scope(tenant.pk),
        pytest.raises(ProgrammingError, match="permission denied"),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(statement)


def test_an_edited_row_is_named(tenant):
    write(tenant, "a", "b", "c")
    seal_all()
    second = ids_in_order(tenant)[1]

    as_owner("UPDATE audit_auditrow SET actor_id = 'another' WHERE id = %s", second)

    flaw = check(tenant).flaw
    assert (flaw.sequence, flaw.row_id) == (2, second)


def test_a_row_deleted_with_its_seal_is_missed(tenant):
    write(tenant, "a", "b", "c")
    seal_all()
    second = ids_in_order(tenant)[1]

    as_owner("DELETE FROM audit_auditseal WHERE row_id = %s", second)
    as_owner("DELETE FROM audit_auditrow WHERE id = %s", second)

    flaw = check(tenant).flaw
    assert (flaw.sequence, flaw.row_id) == (2, None)


def test_two_rows_that_changed_places_are_found(tenant):
    write(tenant, "a", "b", "c")
    seal_all()
    first, second, _ = ids_in_order(tenant)

    swap = "UPDATE audit_auditseal SET sequence = %s WHERE row_id = %s"
    for sequence, row in ((100, first), (1, second), (2, first)):
        as_owner(swap, sequence, row)

    assert check(tenant).flaw.sequence == 1


def test_a_row_slipped_in_is_found(tenant):
    write(tenant, "a", "b")
    seal_all()
    write(tenant, "slipped in")
    with tenant_scope(tenant.pk):
        slipped = AuditRow.objects.get(action="slipped in").pk

    as_owner(
        "UPDATE audit_auditseal SET sequence = 3 WHERE sequence = 2 AND tenant_id = %s", tenant.pk
    )
    as_owner(
        "INSERT INTO audit_auditseal (id, tenant_id, sequence, row_id, digest, sealed_at) "
        "VALUES (gen_random_uuid(), %s, 2, %s, sha256('guess'), now())",
        tenant.pk,
        slipped,
    )

    flaw = check(tenant).flaw
    assert (flaw.sequence, flaw.row_id) == (2, slipped)


def test_a_cut_off_end_is_told_by_the_anchor_outside_the_database(tenant):
    write(tenant, "a", "b", "c")
    seal_all()
    last = ids_in_order(tenant)[2]

    as_owner("DELETE FROM audit_auditseal WHERE row_id = %s", last)
    as_owner("DELETE FROM audit_auditrow WHERE id = %s", last)

    flaw = check(tenant).flaw
    assert (flaw.sequence, flaw.why) == (3, "the end of the trail was cut off")


def test_a_chain_made_anew_after_the_cut_does_not_match_the_anchor(tenant):
    write(tenant, "a", "b")
    seal_all()
    known = anchors.read(tenant.pk)
    last = ids_in_order(tenant)[1]
    as_owner("DELETE FROM audit_auditseal WHERE row_id = %s", last)
    as_owner("DELETE FROM audit_auditrow WHERE id = %s", last)
    write(tenant, "instead")
    seal_all()

    anchors.write(tenant.pk, known)

    assert check(tenant).flaw.why == "the chain is not the one anchored outside"


def test_the_owner_of_another_key_cannot_make_seals_that_fit(tenant, settings):
    write(tenant, "a")
    settings.AUDIT_KEY = "guessed by somebody"
    seal_all()

    settings.AUDIT_KEY = ""

    assert check(tenant).flaw.sequence == 1


def test_a_row_waits_until_all_that_began_before_it_is_over(tenant, database):
    """Otherwise a transaction that commits late would slip in before rows already sealed."""
    with psycopg.connect(database.dsn("wf_owner")) as late:
        late.execute("SELECT pg_current_xact_id()")
        write(tenant, "early")

        Sealer().seal_pending(timezone.now())
        assert check(tenant).unsealed == 1

    seal_all()
    assert check(tenant).unsealed == 0


def test_twenty_writers_at_once_leave_one_valid_chain(tenant):
    def work() -> None:
        write(tenant, *(f"act {number}" for number in range(10)))
        connections.close_all()

    writers = [threading.Thread(target=work) for _ in range(20)]
    sealers = [threading.Thread(target=_seal_until, args=(writers,)) for _ in range(2)]
    for thread in [*writers, *sealers]:
        thread.start()
    for thread in [*writers, *sealers]:
        thread.join()
    seal_all()

    report = check(tenant)
    assert report.is_intact
    assert (report.sealed, report.unsealed) == (200, 0)


def _seal_until(writers: list[threading.Thread]) -> None:
    own = Sealer()
    while any(writer.is_alive() for writer in writers):
        own.seal_pending(timezone.now())
    connections.close_all()


def test_an_idle_look_reads_only_recent_rows(tenant):
    own = Sealer()
    now = timezone.now()
    own.seal_pending(now)
    write(tenant, "recent")

    assert own._floor(now) > id_at(now - timedelta(minutes=11))

    def sealed() -> bool:
        own.seal_pending(timezone.now())
        return check(tenant).sealed == 1

    assert happens_within(sealed, seconds=30)


def test_one_tenants_rows_are_not_in_anothers_chain(tenant):
    other = make_tenant()
    write(tenant, "a")
    write(other, "b", "c")
    seal_all()

    assert check(tenant).sealed == 1
    assert check(other).sealed == 2


def test_values_named_like_secrets_are_not_kept(tenant):
    with tenant_scope(tenant.pk), transaction.atomic():
        audit.record(BY, "set", "thing", "1", at=timezone.now(), after={"password": "canary"})
        assert "canary" not in str(AuditRow.objects.get(action="set").after)
