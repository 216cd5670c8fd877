"""The one thing to do next about an incident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from watchfloor.noc.incidents.states import OVER


def next_step(row: Mapping[str, Any], now: datetime) -> str:
    """Return it in a sentence."""
    if row["merged_into_id"]:
        return f"It goes on in INC-{row['merged_into_number']}: open that one."
    if row["state"] in OVER:
        return "It is over. What fires again within 15 minutes opens it again."
    if not row["is_whole"]:
        return "A part of it lies beyond your places: see to your own alerts, or escalate it."
    if row["recovered_at"]:
        return "All its alerts are over: say what it turned out to be, and resolve it."
    if row["state"] == "NEW" and row["is_life_safety"]:
        return "Somebody may be in danger: acknowledge it, and reach them."
    if row["snoozed_until"] and row["snoozed_until"] > now:
        return "It rests: it comes back by itself, and at once when it gets worse."
    if row["state"] == "NEW":
        return "Nobody has taken it: acknowledge it, or assign it."
    who = row["assigned_to_name"] or row["acknowledged_by_name"] or "Somebody"
    return f"{who} has it: note what is found, and resolve it when it is over."
