"""A template as it is being made: what each field would be, and what it makes of what came."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from watchfloor.noc.intake import mapping, selectors
from watchfloor.noc.intake.capturing import MOST_BODIES
from watchfloor.noc.intake.expressions import ExpressionError, compiled
from watchfloor.noc.intake.fields import shown
from watchfloor.noc.intake.leaves import Leaves, Line
from watchfloor.noc.intake.mapping import Trial
from watchfloor.noc.intake.models import CapturedBody
from watchfloor.noc.intake.services import MOST_MAPPINGS
from watchfloor.noc.intake.templates import FIELDS_LIMIT, LABEL
from watchfloor.platform.errors import Invalid

FIELD = "field."
LISTED_ALERTS = 3
"""Alerts of one body that are shown; of the others the number is told."""
HELP = {
    "alert_type": "what happened, such as DOOR_FORCED",
    "severity": "any word or number for it",
    "status": "firing or resolved",
    "message": "what people read",
    "site": "code or name",
    "client": "code or name",
    "device": "code or name",
    "entity_type": "kind of thing",
    "entity_id": "name of the thing",
    "person": "code or name",
    "timestamp": "when it happened",
    "id": "of this report: sent again, it counts once",
    "dedup_key": "the same for all reports of one alert",
    "source": "the tool that says so",
    "labels": "an object of names and values",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A template that is not saved: in the address, or as it is stored."""

    items: str
    fields: Mapping[str, str]
    is_changed: bool

    @classmethod
    def read(cls, given: QueryDict, name: str) -> Draft:
        """Return what the address says, else the stored template, else an empty one."""
        stored = selectors.mappings().filter(name=name).first()
        items, fields = (stored.items, stored.fields) if stored else ("", {})
        if not any(key == "items" or key.startswith(FIELD) for key in given):
            return cls(items, fields, False)
        texts = {key: str(text).strip() for key, text in given.items()}
        written = [key for key, text in texts.items() if key.startswith(FIELD) and text]
        said = {key.removeprefix(FIELD): texts[key] for key in written[: FIELDS_LIMIT + 1]}
        asked = texts.get("items", "")
        return cls(asked, said, stored is None or (asked, said) != (items, fields))


@dataclass(frozen=True, slots=True)
class Row:
    """One field: its expression, and what that gives for the body that is looked at."""

    name: str
    help: str
    expression: str
    value: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All trials in one look."""

    trials: Sequence[Trial]
    alerts: int
    at_fault: int
    wrong: str = ""

    @property
    def is_all(self) -> bool:
        return all(trial.is_all for trial in self.trials)


def listed() -> list[dict[str, Any]]:
    """Return each name that has a template, or of which bodies are kept."""
    captures = {one.name: one for one in selectors.captures()}
    stored = {one.name: one for one in selectors.mappings()[:MOST_MAPPINGS]}
    return [
        {"name": name, "mapping": stored.get(name), "capture": captures.get(name)}
        for name in sorted({*captures, *stored})
    ]


def rows(draft: Draft, added: str, sample: Any, errors: Mapping[str, str]) -> list[Row]:
    """Return all fields, those of labels last; `added` is a label that has no expression yet."""
    labels = [name for name in draft.fields if name.startswith(LABEL)]
    if added:
        labels.append(LABEL + added)
    names = _names(sample, draft.items)
    return [
        _row(name, HELP.get(name, ""), draft.fields.get(name, ""), names, errors)
        for name in (*HELP, *dict.fromkeys(labels))
    ]


def _row(
    name: str, told: str, expression: str, names: Mapping[str, Any], errors: Mapping[str, str]
) -> Row:
    if not expression or name in errors:
        return Row(name, told, expression, error=errors.get(name, ""))
    if not names:
        return Row(name, told, expression)
    try:
        value = compiled(expression)(names)
    except ExpressionError as error:
        return Row(name, told, expression, error=str(error))
    return Row(name, told, expression, value=shown(value))


def _names(sample: Any, items: str) -> dict[str, Any]:
    """Return what the expressions see for the first alert of a body."""
    if sample is None:
        return {}
    found = sample
    for part in filter(None, items.split(".")):
        found = found.get(part) if isinstance(found, dict) else None
    first = found[0] if isinstance(found, list) and found else found
    return {"item": first, "body": sample}


def outcome(draft: Draft, bodies: Sequence[CapturedBody], now: datetime) -> Outcome:
    try:
        trials = mapping.try_on(bodies, items=draft.items, fields=draft.fields, now=now)
    except Invalid as error:
        named = "; ".join(f"{name} {why}" for name, why in error.fields.items())
        return Outcome((), 0, 0, named or error.message)
    bad = sum(1 for one in trials if one.refused or one.preview.rejected)
    return Outcome(trials, sum(len(one.preview.alerts) for one in trials), bad)


def errors_of(draft: Draft) -> dict[str, str]:
    """Return what is wrong with each expression that is given."""
    wrong = {}
    for name, expression in draft.fields.items():
        try:
            compiled(expression)
        except Invalid as error:
            wrong[name] = error.message
    return wrong


def latest(name: str) -> list[CapturedBody]:
    return list(selectors.captured(name)[:MOST_BODIES])


def chosen(bodies: Sequence[CapturedBody], wanted: str) -> CapturedBody | None:
    """Return the body that is asked for, else the latest."""
    latest_one = bodies[0] if bodies else None
    return next((one for one in bodies if str(one.pk) == wanted), latest_one)


def value_of(body: CapturedBody | None) -> Any:
    return None if body is None else json.loads(bytes(body.body))


def lines(sample: Any, items: str) -> list[Line]:
    return [] if sample is None else Leaves.of(sample, items).lines()
