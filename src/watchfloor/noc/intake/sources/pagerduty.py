"""PagerDuty's Events API v2: POST /v2/enqueue, one event for each request.

`acknowledge` says that somebody works on it elsewhere. It is answered as PagerDuty answers it and
leaves nothing: who works on an alert here is said by people and keys of this floor.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from watchfloor.aiops.types import Signal
from watchfloor.noc.intake.answers import Answer, Outcome, as_json, dedup_key_of, headers_of
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.fields import KEY_LIMIT, Fields, as_text
from watchfloor.noc.intake.native import document
from watchfloor.noc.intake.reads import Fault, Noted, Read, Reads, Refused, Rejected, malformed
from watchfloor.noc.intake.sources.labelled import Told, labelled_report
from watchfloor.platform.ids import uuid7

BODY_LIMIT = 512 << 10
REPEAT_SECONDS = 60
"""The same event within this time is a repeated delivery; later it is a new event."""
_NAMED = ("source", "component", "group", "class")
_ACTIONS = {"trigger": Signal.FIRING, "resolve": Signal.RESOLVED}


def key_in_body(body: bytes) -> str:
    payload = document(body)
    key = payload.get("routing_key") if isinstance(payload, dict) else None
    return key if isinstance(key, str) else ""


def parse(body: bytes, arrival: Arrival) -> Reads:
    """Yield what one event is. Raises: Refused where it is none."""
    payload = document(body)
    if not isinstance(payload, dict):
        raise malformed("this is no event: send an object with event_action")
    yield _read(payload, arrival)


def _read(payload: dict[str, Any], arrival: Arrival) -> Read:
    fields = Fields(payload)
    action = fields.text("event_action")
    key = fields.text("dedup_key", KEY_LIMIT)
    if faults := _faults(action, key, payload.get("payload")):
        return Rejected(0, faults)
    if action == "acknowledge":
        return Noted(key)
    event = Fields(payload.get("payload") or {})
    event.faults = fields.faults
    identity = _identity(key, action, event.item) if key else None
    labels = _labels(event, payload)
    told = Told(
        source=labels.get("pagerduty_client") or "pagerduty",
        message=event.text("summary", 1 << 20),
        key=key or uuid7().hex,
        status=_ACTIONS[action],
        timestamp=event.timestamp(),
        identity=identity,
        severity=as_text(event.item.get("severity") or ""),
        entity_id=labels.get("source", ""),
    )
    return labelled_report(told, labels, event, 0, arrival)


def _faults(action: str, key: str, event: object) -> list[Fault]:
    if action not in (*_ACTIONS, "acknowledge"):
        return [Fault("/event_action", "'event_action' must be trigger, acknowledge or resolve")]
    if action != "trigger":
        wrong = event is not None and not isinstance(event, dict)
        faults = [Fault("/payload", "'payload' is no object")] if wrong else []
        return faults if key else [*faults, Fault("/dedup_key", "'dedup_key' is missing or blank")]
    if not isinstance(event, dict):
        return [Fault("/payload", "'payload' is missing or no object")]
    if not event.get("summary"):
        return [Fault("/payload/summary", "'payload.summary' is missing or blank")]
    return []


def _identity(key: str, action: str, event: dict[str, Any]) -> str:
    digest = blake2b(as_text(event).encode(), digest_size=8).hexdigest()
    return f"pd:{action}:{digest}:{key}"


def _labels(event: Fields, payload: dict[str, Any]) -> dict[str, str]:
    """Return the custom details and every other field that names something."""
    details = event.item.get("custom_details")
    labels = event.as_labels(details if isinstance(details, dict) else {"details": details})
    named = {name: event.item.get(name) for name in _NAMED}
    named |= {f"pagerduty_{name}": payload.get(name) for name in ("client", "client_url")}
    for name, value in event.as_labels(named).items():
        labels.setdefault(name, value)
    return labels


def answer(outcome: Outcome) -> Answer:
    """Answer as PagerDuty does: 202 with the key, 400 with what is wrong."""
    if outcome.rejected:
        return _invalid(400, [error.message for error in outcome.rejected[0].errors])
    keys = [dedup_key_of(row) for row in outcome.rows] + [n.dedup_key for n in outcome.noted]
    done = {"status": "success", "message": "Event processed", "dedup_key": keys[0]}
    return Answer(202, as_json(done))


def refusal(refused: Refused) -> Answer:
    return _invalid(refused.status, [refused.message], headers_of(refused))


def _invalid(
    status: int, errors: list[str], headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Answer:
    body = {"status": "invalid event", "message": "Event object is invalid", "errors": errors}
    return Answer(status, as_json(body), headers=headers)
