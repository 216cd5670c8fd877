"""Inventory files as the command line reads them: places, devices, and the work they announce."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from watchfloor.aiops.alerts import announced
from watchfloor.aiops.alerts.suppression import MaintenanceWindow
from watchfloor.aiops.correlation.topology import Inventory, load_inventory
from watchfloor.aiops.errors import AiopsError, ConfigError
from watchfloor.cli.files import opened
from watchfloor.embedded.errors import Misuse


def read_inventory(path: Path | None) -> dict[str, Any] | None:
    """Return what the file says, of all tenants. Raises: Misuse."""
    if path is None:
        return None
    with opened(path) as text:
        try:
            whole = json.load(text)
        except ValueError as error:
            raise Misuse(f"{path.name} is no JSON: {error}") from None
    if not isinstance(whole, dict):
        raise Misuse(f'{path.name} must look like {{"clients": [...], "sites": [...]}}')
    return whole


def inventory_of(whole: dict[str, Any] | None, tenant: str) -> Inventory | None:
    """Return the tenant's part: rows that name another tenant are not its own."""
    if whole is None:
        return None
    own = {
        name: [row for row in rows if row.get("tenant", tenant) == tenant]
        for name, rows in whole.items()
        if name in {"clients", "sites", "devices"}
    }
    sites = {row.get("id") for row in own.get("sites", [])}
    own["devices"] = [row for row in own.get("devices", []) if row.get("site") in sites]
    try:
        return load_inventory(own)
    except AiopsError as error:
        raise Misuse(str(error)) from None


def windows_of(whole: Mapping[str, Any] | None) -> list[MaintenanceWindow]:
    """Return the windows of the file. Raises: Misuse that names the row and what is wrong."""
    try:
        return announced.windows_of(whole or {})
    except ConfigError as error:
        raise Misuse(f"inventory: {error}") from None
