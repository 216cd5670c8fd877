"""Stored templates: where the alerts are in a body, and an expression for each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from watchfloor.noc.intake.expressions import Expression, compiled
from watchfloor.platform.errors import Invalid

FIELDS = frozenset(
    {"alert_type", "severity", "status", "id", "source", "client", "site", "entity_type"}
    | {"entity_id", "device", "person", "message", "timestamp", "dedup_key", "labels"}
)
LABEL = "labels."
FIELDS_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Template:
    """`items`: path of the list of alerts in a body; `fields`: an expression for each field."""

    items: tuple[str, ...]
    fields: tuple[tuple[str, Expression], ...]


def template_of(items: str, fields: Mapping[str, str]) -> Template:
    """Return the template, ready to use. Raises: Invalid, naming every field that is wrong."""
    if wrong := {name: "is no text" for name, given in fields.items() if type(given) is not str}:
        raise Invalid("the template cannot be used", fields=wrong)
    return _template_of(items, tuple(fields.items()))


@lru_cache(maxsize=1024)
def _template_of(items: str, fields: tuple[tuple[str, str], ...]) -> Template:
    wrong: dict[str, str] = {}
    ready = [(name, _field(name, source, wrong)) for name, source in fields]
    if "alert_type" not in dict(fields):
        wrong["alert_type"] = "is missing: every alert needs a type"
    if len(fields) > FIELDS_LIMIT:
        wrong["fields"] = f"are {len(fields)}: at most {FIELDS_LIMIT}"
    if wrong:
        raise Invalid("the template cannot be used", fields=wrong)
    path = tuple(part for part in items.split(".") if part)
    return Template(path, tuple((name, ready) for name, ready in ready if ready is not None))


def _field(name: str, source: str, wrong: dict[str, str]) -> Expression | None:
    if name not in FIELDS and not name.startswith(LABEL):
        wrong[name] = "is no field of an alert: use one of ours, or labels.<name>"
    else:
        try:
            return compiled(source)
        except Invalid as error:
            wrong[name] = error.message
    return None
