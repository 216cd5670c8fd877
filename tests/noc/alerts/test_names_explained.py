"""A name that somebody explained ties the alerts that waited for it, until it is taken back."""

from __future__ import annotations

from django.db import transaction

from tests.make import NOW, make_tenant
from tests.noc import flow
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming import answers
from watchfloor.domain.naming.models import InventoryKind, NameReview
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.handlers import tie_alerts, untie_alerts
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.events.bus import Event
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.tenancy.context import tenant_scope

BY = Actor("user", "alice")


def test_the_answer_reaches_the_alerts_that_are_open() -> None:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        rows = [{"code": "S0", "name": "North Tower"}, {"code": "S1", "name": "South Tower"}]
        inventory.import_inventory({InventoryKind.SITE: rows}, by=BY, now=NOW)
    flow.work(tenant, flow.make_report(site="Tower"))

    with tenant_scope(tenant.id):
        alert = NOCAlertEvent.objects.get()
        assert alert.site is None
        target = Site.objects.get(code="S1")
        review = NameReview.objects.get(text="Tower")
        answers.means(review, target.id, by=BY, now=NOW)
        told = OutboxEvent.objects.get(kind="name.answered")
        with transaction.atomic():  # as the relay calls its handlers
            tie_alerts(Event(told.kind, told.payload, tenant.id, NOW))

        alert.refresh_from_db()
        assert alert.site == target


def test_an_answer_that_is_taken_back_unties_the_alerts_that_carry_the_name() -> None:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        rows = [{"code": "S0", "name": "North Tower"}, {"code": "S1", "name": "South Tower"}]
        inventory.import_inventory({InventoryKind.SITE: rows}, by=BY, now=NOW)
    flow.work(tenant, flow.make_report(site="Tower"))
    flow.work(tenant, flow.make_report(site="South Tower", entity_id="another"))

    with tenant_scope(tenant.id):
        target = Site.objects.get(code="S1")
        review = NameReview.objects.get(text="Tower")
        answers.means(review, target.id, by=BY, now=NOW)
        review.refresh_from_db()
        NOCAlertEvent.objects.filter(site_name="Tower").update(site=target)
        answers.take_back(review, by=BY, now=NOW)
        told = OutboxEvent.objects.get(kind="name.withdrawn")
        with transaction.atomic():
            untie_alerts(Event(told.kind, told.payload, tenant.id, NOW))

        sites = dict(NOCAlertEvent.objects.values_list("site_name", "site__code"))
        assert sites == {"Tower": None, "South Tower": "S1"}
