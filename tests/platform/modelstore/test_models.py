import hashlib

import pytest

from tests.make import NOW, make_tenant
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid, NotFound
from watchfloor.platform.modelstore import services
from watchfloor.platform.modelstore.models import ModelVersion, Stage
from watchfloor.platform.tenancy.context import tenant_scope

GOOD = {"gate": {"passes": True}}


@pytest.fixture
def tenant():
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        yield tenant


def register(body=b"trees", card=GOOD, kind="link"):
    sha256 = hashlib.sha256(body).hexdigest()
    return services.register(kind, sha256, card, body, by=CLI, now=NOW)


def later(minutes):
    return NOW.replace(minute=NOW.minute + minutes)


@pytest.mark.usefixtures("tenant")
class TestVersions:
    def test_a_model_is_kept_as_a_candidate_and_handed_out_by_its_checksum(self):
        row = register()

        assert row.stage == Stage.CANDIDATE
        assert services.load("link", row.sha256) == b"trees"
        assert services.load("link", "0" * 64) is None
        assert services.live("link") is None

    def test_the_same_bytes_are_the_same_version(self):
        assert register().pk == register().pk
        assert ModelVersion.objects.count() == 1

    def test_promoting_retires_the_one_before_and_rolling_back_returns_to_it(self):
        one, two, three = register(b"1"), register(b"2"), register(b"3")
        for minutes, row in enumerate((one, two, three)):
            services.promote(row.pk, by=CLI, now=later(minutes))
        assert services.live("link").pk == three.pk

        assert services.rollback("link", by=CLI, now=later(4)).pk == two.pk
        assert services.rollback("link", by=CLI, now=later(5)).pk == one.pk
        assert services.rollback("link", by=CLI, now=later(6)) is None
        assert services.live("link") is None
        with pytest.raises(Conflict):
            services.rollback("link", by=CLI, now=later(7))

    def test_what_did_not_pass_its_gate_is_not_promoted(self):
        for card in ({}, {"gate": {"passes": False}}, {"gate": {"passes": "yes"}}):
            row = register(repr(card).encode(), card)
            with pytest.raises(Conflict):
                services.promote(row.pk, by=CLI, now=NOW)
        assert services.live("link") is None

    def test_kinds_do_not_touch_each_other(self):
        link, other = register(b"1"), register(b"2", kind="priority")
        services.promote(link.pk, by=CLI, now=NOW)
        services.promote(other.pk, by=CLI, now=NOW)

        services.rollback("priority", by=CLI, now=later(1))

        assert services.live("link").pk == link.pk
        assert services.live("priority") is None

    def test_everything_is_audited(self):
        row = register()
        services.promote(row.pk, by=CLI, now=NOW)
        services.promote(row.pk, by=CLI, now=NOW)
        services.rollback("link", by=CLI, now=later(1))

        rows = AuditRow.objects.filter(object_kind="model").order_by("at", "action")
        actions = sorted(rows.values_list("action", flat=True))
        assert actions == ["model.promoted", "model.registered", "model.rolled_back"]

    def test_a_version_is_named_by_id_or_the_beginning_of_its_checksum(self):
        row = register()

        assert services.version(str(row.pk)).pk == row.pk
        assert services.version(row.sha256[:8]).pk == row.pk
        register(b"other")
        for name in ("", "not-one", "f" * 64):
            with pytest.raises(NotFound):
                services.version(name)

    def test_a_model_that_is_too_large_is_refused(self, monkeypatch):
        monkeypatch.setattr(services, "MOST_BYTES", 4)

        with pytest.raises(Invalid):
            register(b"trees")


def test_a_stranger_neither_sees_promotes_nor_loads_it(tenant):
    row = register()

    with tenant_scope(make_tenant().id):
        assert not services.versions().exists()
        assert services.load("link", row.sha256) is None
        with pytest.raises(NotFound):
            services.promote(row.pk, by=CLI, now=NOW)
        assert register().pk != row.pk
