"""What another configuration would have made of a period, and enabling it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings as settings_of_floor
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.aiops.configuration import Setting
from watchfloor.console import advising, comparing, words
from watchfloor.console import rehearsals as telling
from watchfloor.console.views.door import PageRequest, page
from watchfloor.noc.rehearsal import selectors
from watchfloor.noc.rehearsal.models import LIVING, Rehearsal
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.errors import Denied

LISTED = 20
FIRST = ("idle_gap", "span_cap", "coincidence", "storm_surprise", "chatter_hours", "digest_span")
"""Settings that are shown without asking; the others are one click away."""
PERIODS = (1, 3, 7, 14, 30)


@dataclass(frozen=True, slots=True)
class Field:
    """A setting in the form."""

    setting: Setting
    label: str
    help: str
    shipped: str

    @property
    def name(self) -> str:
        return f"{self.setting.part}.{self.setting.name}"


@require_safe
@page(CONFIGURE)
def rehearsals(request: PageRequest) -> HttpResponse:
    _for_all_clients(request)
    enabled = selectors.enabled()
    known = telling.known()
    fields = [_field(one) for one in known.values()]
    asked = list(Rehearsal.objects.order_by("-created_at", "-id")[:LISTED])
    kept_days: int = settings_of_floor.RETENTION_DAYS["reports"]
    context = {
        "enabled": enabled,
        "enabled_document": enabled.document if enabled else {},
        "first": [field for field in fields if field.setting.name in FIRST],
        "others": [field for field in fields if field.setting.name not in FIRST],
        "periods": [days for days in PERIODS if days <= kept_days] or [kept_days],
        "kept_days": kept_days,
        "rehearsals": [telling.listed(one, known) for one in asked],
        "versions": [telling.version(one, known) for one in selectors.configurations()[:LISTED]],
        "models": advising.models(),
        "is_busy": any(one.state in LIVING for one in asked),
    }
    return render(request, "console/rehearsal/list.html", context)


@require_safe
@page(CONFIGURE)
def rehearsal(request: PageRequest, rehearsal_id: UUID) -> HttpResponse:
    _for_all_clients(request)
    found = selectors.rehearsal(rehearsal_id)
    enabled = selectors.enabled()
    context: dict[str, Any] = {
        "rehearsal": found,
        "changes": comparing.changed(found.candidate, telling.known()),
        "is_living": found.state in LIVING,
        "enabled": enabled,
        "is_enabled": (enabled.document if enabled else {}) == found.candidate,
    }
    if found.result is not None:
        outcome = comparing.read(found.result)
        context |= {
            "outcome": outcome,
            "rows": comparing.rows(outcome),
            "charts": comparing.charts(outcome),
            "differences": comparing.shown(outcome),
        }
    return render(request, "console/rehearsal/detail.html", context)


def _for_all_clients(request: PageRequest) -> None:
    if not request.viewer.scope.all_clients:
        raise Denied("A rehearsal shows all clients: this page is for those who manage all.")


def _field(setting: Setting) -> Field:
    usual = comparing.span(setting.shipped) if setting.unit == "s" else f"{setting.shipped:g}"
    return Field(setting, words.setting(setting.name), words.setting_help(setting.name), usual)
