"""Any JSON, turned into our own format by a stored template."""

from __future__ import annotations

from functools import partial
from typing import Any

from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.building import report_of
from watchfloor.noc.intake.expressions import ExpressionError
from watchfloor.noc.intake.native import document
from watchfloor.noc.intake.reads import Fault, Read, Reads, Refused, Rejected, malformed
from watchfloor.noc.intake.sources.labelled import each_object
from watchfloor.noc.intake.templates import LABEL, Template


def parse(body: bytes, arrival: Arrival) -> Reads:
    """Yield a report for each alert that the template finds. Raises: Refused."""
    template = arrival.template
    if template is None:
        raise Refused(404, "not_found", "there is no template of this name")
    whole = document(body)
    alerts = _found(whole, template.items)
    return each_object(alerts, body, partial(_read, template, whole, arrival))


def _found(whole: Any, path: tuple[str, ...]) -> Any:
    found = whole
    for part in path:
        if not isinstance(found, dict) or part not in found:
            raise malformed(f"there is no {'.'.join(path)} in the body, where the alerts should be")
        found = found[part]
    return found if path or isinstance(found, list) else [found]


def _read(
    template: Template, whole: Any, arrival: Arrival, item: dict[str, Any], index: int
) -> Read:
    alert, faults = applied(template, item, whole)
    return Rejected(index, faults) if faults else report_of(alert, index, arrival)


def applied(template: Template, item: Any, whole: Any) -> tuple[dict[str, Any], list[Fault]]:
    """Return the alert in our own format, and what had no value."""
    alert: dict[str, Any] = {}
    labels: dict[str, Any] = {}
    faults: list[Fault] = []
    names = {"item": item, "body": whole}
    for name, expression in template.fields:
        try:
            value = expression(names)
        except ExpressionError as error:
            faults.append(Fault(f"/{name}", f"{name}: {error}"))
            continue
        if name.startswith(LABEL):
            labels[name.removeprefix(LABEL)] = value
        else:
            alert[name] = value
    if labels:
        own = alert.get("labels")
        alert["labels"] = {**own, **labels} if isinstance(own, dict) else labels
    return alert, faults
