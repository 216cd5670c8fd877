"""Runbooks: what to do about a finding, and after how long somebody else has to know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from watchfloor.aiops.errors import AiopsError
from watchfloor.aiops.findings.draft import Category
from watchfloor.aiops.types import Severity

GENERIC = "GENERIC"


class Runbook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The steps for one type of finding. `role` hears of it after `escalate_after` minutes.

    `auto_actions` are those that a playbook may do unasked.
    """

    finding_type: str
    title: str
    category: Category
    severity: Literal["LOW", "MEDIUM", "HIGH", "CRITICAL"]
    escalate_after: int
    steps: tuple[str, ...]
    role: str = ""
    auto_actions: tuple[Literal["sms", "ticket", "escalate"], ...] = ()


@cache
def shipped() -> tuple[Runbook, ...]:
    """Return the runbooks that come with the floor."""
    data = files(__package__).joinpath("runbooks.json").read_bytes()
    return msgspec.json.decode(data, type=tuple[Runbook, ...])


def matching(
    runbooks: Sequence[Runbook], finding_type: str, category: Category, severity: Severity
) -> Runbook:
    """Return the runbook that fits best: of the type, else of category and severity, else of the
    category, else the generic one. Of several that fit alike the first stands for them.

    Raises: AiopsError where there is no generic one.
    """
    fits: tuple[Callable[[Runbook], bool], ...] = (
        lambda one: one.finding_type == finding_type,
        lambda one: (one.category, one.severity) == (category, severity.name),
        lambda one: one.category == category,
        lambda one: one.finding_type == GENERIC,
    )
    for fit in fits:
        found = next((one for one in runbooks if fit(one)), None)
        if found is not None:
            return found
    raise AiopsError("there is no generic runbook")
