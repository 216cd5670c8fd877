"""What tenants have set for the intake: templates, captures, their own life-safety types.

The intake's role may not read it. It is read through `system` every few seconds while reports
come, beside the flow: a report never waits for it, but for a template nobody has seen yet.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from django.db import Error, connections

from watchfloor.aiops.types import Seconds, canonical_type
from watchfloor.noc.intake.models import Capture, PayloadMapping
from watchfloor.noc.intake.templates import Template, template_of
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy import settings
from watchfloor.platform.tenancy.models import Tenant

log = structlog.get_logger(__name__)

REFRESH_SECONDS = 2.0
SECONDS_BETWEEN_MISSES = 0.1
ALIAS = "system"


@dataclass(frozen=True, slots=True)
class Settings:
    """Templates by tenant and name, canonical life-safety types by tenant."""

    templates: Mapping[tuple[int, str], Template] = field(default_factory=dict)
    own_types: Mapping[int, frozenset[str]] = field(default_factory=dict)
    captures: Mapping[tuple[int, str], tuple[UUID, Seconds]] = field(default_factory=dict)
    """Under what and until when bodies are kept, by tenant and name."""


def load() -> Settings:
    """Read all tenants' settings; what cannot be used is left out and logged."""
    try:
        tenants = Tenant.objects.using(ALIAS).filter(is_active=True)
        own = {pk: _own_types(kept) for pk, kept in tenants.values_list("id", "settings")}
        rows = PayloadMapping.everybody.using(ALIAS).all()
        captures = {
            (row.tenant_id, row.name): (row.pk, row.until.timestamp())
            for row in Capture.everybody.using(ALIAS)
        }
        templates = {(row.tenant_id, row.name): _template(row) for row in rows}
    finally:
        connections[ALIAS].close()
    return Settings(
        {key: template for key, template in templates.items() if template is not None},
        {pk: types for pk, types in own.items() if types},
        captures,
    )


def own_types() -> frozenset[str]:
    """Return the life-safety types of the tenant in scope, canonical, as of now."""
    return _own_types(settings.own())


def _own_types(kept: Mapping[str, object]) -> frozenset[str]:
    alerts = kept.get("alerts")
    given = alerts.get("life_safety_types") if isinstance(alerts, dict) else None
    return frozenset(canonical_type(str(name)) for name in given or ())


def _template(row: PayloadMapping) -> Template | None:
    try:
        return template_of(row.items, row.fields)
    except Invalid as error:
        log.warning("intake.template_unusable", template=row.name, error=error.problem())
        return None


class Catalogue:
    """The settings as of a moment ago."""

    def __init__(self, read: Callable[[], Settings] = load) -> None:
        self._read = read
        self._settings = Settings()
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    def own_types(self, tenant_id: int) -> frozenset[str]:
        return self._current().own_types.get(tenant_id, frozenset())

    def capture(self, tenant_id: int, name: str, at: Seconds) -> UUID | None:
        """Return the capture for which a body of the name is kept; `template` was asked before."""
        found = self._settings.captures.get((tenant_id, name))
        return found[0] if found is not None and at < found[1] else None

    async def template(self, tenant_id: int, name: str) -> Template | None:
        """Return the template; one that is not known is looked for before it is denied."""
        found = self._current().templates.get((tenant_id, name))
        if found is None and time.monotonic() - self._read_at > SECONDS_BETWEEN_MISSES:
            await self._refresh()
            found = self._settings.templates.get((tenant_id, name))
        return found

    def _current(self) -> Settings:
        if time.monotonic() - self._read_at > REFRESH_SECONDS:
            self._refresh()
        return self._settings

    def _refresh(self) -> asyncio.Task[None]:
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_again())
        return self._reading

    async def _read_again(self) -> None:
        began = time.monotonic()
        try:
            self._settings = await asyncio.to_thread(self._read)
        except Error:
            log.warning("intake.settings_unread")
        self._read_at = began

    async def stop(self) -> None:
        if self._reading is not None:
            await self._reading
