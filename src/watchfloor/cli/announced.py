"""The work that an inventory file announces, as the command line reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchfloor.aiops.alerts import announced
from watchfloor.aiops.alerts.suppression import MaintenanceWindow
from watchfloor.aiops.errors import ConfigError
from watchfloor.embedded.errors import Misuse


def windows_of(world: Mapping[str, Any] | None) -> list[MaintenanceWindow]:
    """Return the windows of the file. Raises: Misuse that names the row and what is wrong."""
    try:
        return announced.windows_of(world or {})
    except ConfigError as error:
        raise Misuse(f"inventory: {error}") from None
