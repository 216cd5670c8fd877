"""Rehearsals and versions of the configuration as their lists tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watchfloor.aiops.configuration import SHIPPED, Setting, decode, settings
from watchfloor.console import comparing
from watchfloor.noc.rehearsal import selectors
from watchfloor.noc.rehearsal.models import LIVING, ClusteringConfiguration, Rehearsal


def known() -> dict[str, Setting]:
    """Return all settings with what is enabled now as their values."""
    enabled = selectors.enabled()
    now = decode(enabled.document) if enabled else SHIPPED
    return {one.name: one for part in ("clustering", "noise") for one in settings(now, part)}


def listed(row: Rehearsal, known: Mapping[str, Setting]) -> dict[str, Any]:
    """Return a row of the list; its sides' figures where it is done."""
    result = row.result or {}
    sides = [result[side]["figures"]["incidents"] for side in ("current", "candidate") if result]
    return {
        "row": row,
        "changes": comparing.changed(row.candidate, known),
        "incidents": sides,
        "is_living": row.state in LIVING,
    }


def version(row: ClusteringConfiguration, known: Mapping[str, Setting]) -> dict[str, Any]:
    return {"row": row, "changes": comparing.changed(row.document, known)}
