"""The work that an inventory announces: what it covers pages nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.alerts.suppression import MaintenanceWindow
from watchfloor.aiops.alerts.windows import Schedule
from watchfloor.aiops.errors import AiopsError, ConfigError


def windows_of(world: Mapping[str, Any]) -> list[MaintenanceWindow]:
    """Return the windows of `maintenance`, a list of {site, start, end}.

    Raises: ConfigError that names the row and what is wrong.
    """
    windows = []
    for number, row in enumerate(world.get("maintenance", [])):
        try:
            windows.append(_window(f"maintenance-{number}", row))
        except (AiopsError, LookupError, TypeError) as error:
            raise ConfigError(
                f"maintenance[{number}] must look like"
                f' {{"site": "S1", "start": TIME, "end": TIME}}: {error}'
            ) from None
    return windows


def _window(pk: str, row: Mapping[str, Any]) -> MaintenanceWindow:
    starts_at, ends_at = parse_timestamp(row["start"]), parse_timestamp(row["end"])
    if starts_at is None or ends_at is None:
        raise TypeError("start and end are times")
    return MaintenanceWindow(
        id=pk,
        schedule=Schedule(starts_at=starts_at, ends_at=ends_at),
        reason="announced work",
        sites=frozenset({str(row["site"])}),
    )
