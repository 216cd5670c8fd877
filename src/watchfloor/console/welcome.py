"""The first steps of a floor: each is done when the floor itself finds that it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.noc.integrations import render
from watchfloor.noc.integrations import selectors as telling
from watchfloor.noc.integrations.models import DeliveryState
from watchfloor.platform.accounts.models import ApiKey, User
from watchfloor.platform.ids import moment_of
from watchfloor.platform.tenancy.context import require_tenant_id


@dataclass(frozen=True, slots=True)
class Step:
    """`found` is what the floor saw of it, empty while it did not; `at` is when, if that is known.

    `address` leads to where it is done or seen.
    """

    name: str
    to_do: str
    address: str
    found: str = ""
    at: datetime | None = None


def steps() -> list[Step]:
    """Return the steps of the tenant in scope, in the order in which most take them."""
    return [_key(), _first_alert(), _grouped(), _sites(), _people(), _told(), _noticed()]


def _key() -> Step:
    keys = ApiKey.objects.filter(revoked_at=None, scopes__contains=["ingest"]).count()
    to_do = "Make a key for your first tool, and put it where the tool wants it."
    return Step("A key to send with", to_do, reverse("keys"), _many(keys, "key"))


def _first_alert() -> Step:
    to_do = "Send one. This page shows it by itself."
    step = Step("The first alert received", to_do, reverse("sources"))
    first = _alerts().order_by("id").values_list("id", "alert_type").first()
    if first is None:
        return step
    pk, alert_type = first
    return Step(step.name, to_do, reverse("alert", args=[pk]), alert_type, moment_of(pk))


def _grouped() -> Step:
    to_do = "Alerts of one cause become one incident as soon as a second one comes."
    step = Step("Alerts grouped into one incident", to_do, reverse("incidents"))
    grouped = NOCIncident.objects.filter(alert_count__gt=1).order_by("number")
    first = grouped.values_list("id", "number", "alert_count").first()
    if first is None:
        return step
    pk, number, alerts = first
    address = reverse("incident", args=[pk])
    return Step(step.name, to_do, address, f"INC-{number}, {alerts} alerts")


def _sites() -> Step:
    to_do = "Import them below, or confirm the ones that senders name."
    sites = Site.objects.filter(is_active=True, is_verified=True).count()
    return Step("Your sites", to_do, reverse("sites"), _many(sites, "site"))


def _people() -> Step:
    to_do = "Invite a second person: a floor is never one alone."
    people = User.objects.filter(tenant_id=require_tenant_id(), is_active=True).count()
    found = _many(people, "person", "people") if people > 1 else ""
    return Step("A second person", to_do, reverse("access"), found)


def _told() -> Step:
    to_do = "Say whom incidents are told to, and try the rule: its message must arrive."
    tried = telling.deliveries(state=DeliveryState.SENT).filter(event=render.TEST)
    last = tried.order_by("-sent_at").values_list("target", "sent_at").first()
    target, at = last or ("", None)
    return Step("A rule of telling, tried", to_do, reverse("telling"), target, at)


def _noticed() -> Step:
    to_do = "Name an address outside that the floor calls: whoever watches it notices its silence."
    called = telling.heartbeats().filter(is_active=True, last_error="", last_at__isnull=False)
    last = called.order_by("-last_at").values_list("url", "last_at").first()
    url, at = last or ("", None)
    return Step("Somebody who notices if the floor is gone", to_do, reverse("telling"), url, at)


def _alerts() -> QuerySet[NOCAlertEvent]:
    return NOCAlertEvent.objects.exclude(integration_id=OURSELVES)


def _many(number: int, one: str, many: str = "") -> str:
    if not number:
        return ""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
