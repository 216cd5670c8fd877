"""A name that somebody explained ties the alerts that waited for it."""

from __future__ import annotations

from django.db import transaction

from tests.make import NOW, make_tenant
from tests.noc import flow
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming import services as naming
from watchfloor.domain.naming.models import InventoryKind, NameReview
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.handlers import tie_alerts
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
        naming.answer(review, target.id, by=BY, now=NOW)
        told = OutboxEvent.objects.get(kind="name.answered")
        with transaction.atomic():  # as the relay calls its handlers
            tie_alerts(Event(told.kind, told.payload, tenant.id, NOW))

        alert.refresh_from_db()
        assert alert.site == target
