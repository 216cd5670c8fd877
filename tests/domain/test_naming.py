"""Senders' names find the inventory, or a person is asked; nothing is guessed in silence."""

from __future__ import annotations

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from tests.make import NOW, make_tenant
from watchfloor.aiops.alerts.report import Report
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming import answers
from watchfloor.domain.naming import services as naming
from watchfloor.domain.naming.book import open_book
from watchfloor.domain.naming.models import InventoryKind, NameReview
from watchfloor.domain.org.models import Site
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict
from watchfloor.platform.tenancy.context import tenant_scope

BY = Actor("user", "alice")
SITES = ["North Tower", "South Tower", "Harbor Logistics Park 1", "Harbor Logistics Park 2"]


def estate() -> int:
    """Make a tenant with four sites, codes S0 to S3; return its id."""
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        rows = [{"code": f"S{number}", "name": name} for number, name in enumerate(SITES)]
        inventory.import_inventory({InventoryKind.SITE: rows}, by=BY, now=NOW)
    return tenant.id


def report(site: str, *, device: str = "", integration: int = 1) -> Report:
    return Report("0" * 32, integration, 0.0, "DOOR_FORCED", site=site, device=device)


def code_of(site: str) -> str | None:
    [resolved] = naming.resolve_batch([report(site)], now=NOW)
    found = Site.objects.filter(pk=resolved.site_id, is_verified=True).first()
    return found.code if found else None


@pytest.mark.parametrize(
    ("sent", "code"),
    [("S1", "S1"), ("north tower", "S0"), ("Nroth Tower", "S0"), ("Harbor Logistics Prk 2", "S3")],
)
def test_a_code_a_name_and_a_misspelling_find_their_site(sent: str, code: str) -> None:
    with tenant_scope(estate()), transaction.atomic():
        assert code_of(sent) == code


def test_a_name_that_differs_in_a_number_is_another_site() -> None:
    with tenant_scope(estate()), transaction.atomic():
        assert code_of("Harbor Logistics Park 3") is None
        assert Site.objects.get(code="Harbor Logistics Park 3").is_verified is False


def test_a_doubtful_name_is_asked_about_once_and_the_answer_is_learnt() -> None:
    with tenant_scope(estate()):
        with transaction.atomic():
            assert code_of("Tower") is None
            assert code_of("Tower") is None
        review = NameReview.objects.get(text="Tower")
        offered = {one["code"]: one["id"] for one in review.candidates}
        assert (review.seen_count, set(offered)) == (2, {"S0", "S1"})

        target = Site.objects.get(pk=offered["S1"], code="S1")
        answers.means(review, target.id, by=BY, now=NOW)

        with transaction.atomic():
            assert code_of("tower") == "S1"
        assert not Site.objects.filter(code="Tower").exists()


def test_what_a_site_fails_with_includes_its_vicinity() -> None:
    tenant = make_tenant()
    near = {"code": "A", "name": "Quay", "latitude": 12.90, "longitude": 77.60}
    also = {"code": "B", "name": "Mill", "latitude": 12.91, "longitude": 77.61}
    far = {"code": "C", "name": "Mine", "latitude": 14.90, "longitude": 77.60}
    with tenant_scope(tenant.id):
        inventory.import_inventory({InventoryKind.SITE: [near, also, far]}, by=BY, now=NOW)
        places = open_book().places
        quay, mill, mine = (set(places.of(report(name)).domains) for name in "ABC")

    assert any(name.startswith("vicinity:") for name in quay & mill)
    assert not quay & mine


def test_one_spelling_cannot_come_to_mean_two_things() -> None:
    with tenant_scope(estate()):
        north, south = Site.objects.get(code="S0"), Site.objects.get(code="S1")
        naming.learn_alias(InventoryKind.SITE, "HQ", north.id, now=NOW)
        review = NameReview.objects.create(kind="site", text="HQ", first_seen_at=NOW)

        with pytest.raises(Conflict):
            answers.means(review, south.id, by=BY, now=NOW)


def test_unknown_names_become_unverified_rows_up_to_the_cap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(naming, "CAP_PER_DAY", 3)
    with tenant_scope(estate()), transaction.atomic():
        first = naming.resolve_batch([report(f"Zeta {n}") for n in range(5)], now=NOW)
        second = naming.resolve_batch([report("Zeta 0"), report("Zeta 9")], now=NOW)
        other = naming.resolve_batch([report("Zeta 9", integration=2)], now=NOW)

    assert [row.site_id is not None for row in first] == [True, True, True, False, False]
    assert [row.site_id is not None for row in second] == [True, False]
    assert other[0].site_id is not None


def test_a_rolled_back_batch_leaves_no_name_behind() -> None:
    with tenant_scope(estate()):
        with transaction.atomic():
            naming.resolve_batch([report("Ghost")], now=NOW)
            transaction.set_rollback(True)
        with transaction.atomic():
            [found] = naming.resolve_batch([report("Ghost")], now=NOW)

        assert Site.objects.filter(pk=found.site_id).exists()


def test_the_number_of_queries_does_not_grow_with_the_batch(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with tenant_scope(estate()), transaction.atomic():
        naming.resolve_batch([report("S0")], now=NOW)
        with django_assert_max_num_queries(20):
            naming.resolve_batch(
                [report(f"Omega {n}", device=f"cam-{n}") for n in range(200)]
                + [report("Tower")] * 200,
                now=NOW,
            )


def test_an_inventory_changed_elsewhere_is_read_anew() -> None:
    with tenant_scope(estate()):
        with transaction.atomic():
            assert code_of("Quay West") is None
        inventory.save(InventoryKind.SITE, {"code": "Q1", "name": "Quay West"}, by=BY, now=NOW)
        with transaction.atomic():
            assert code_of("Q1") == "Q1"
