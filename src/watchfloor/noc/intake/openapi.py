"""The doors of the intake in the floor's own description: they stand in front of the API."""

from __future__ import annotations

from typing import Any

import msgspec

from watchfloor.aiops.operation.events import STREAMS, Moment
from watchfloor.noc.intake.answers import NoneTaken, Taken

_SECURITY: list[dict[str, list[str]]] = [{"Needs": []}]
_REFUSALS = {
    400: "nothing of it could be taken",
    401: "no live key",
    403: "the key may not send alerts",
    413: "too large",
    415: "an encoding that is not gzip or deflate",
    503: "the queue is full or the database away: send it again after Retry-After",
}
_TEXT = {"type": "string"}
ALERT = {
    "type": "object",
    "description": "Fields that are not named here become labels.",
    "required": ["alert_type"],
    "properties": {
        "id": {**_TEXT, "description": "the sender's own; the same within 7 days counts once"},
        "source": _TEXT,
        "alert_type": {**_TEXT, "examples": ["CAMERA_OFFLINE"]},
        "severity": {**_TEXT, "examples": ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"]},
        "status": {**_TEXT, "enum": ["firing", "resolved"], "default": "firing"},
        "client": _TEXT,
        "site": _TEXT,
        "entity_type": _TEXT,
        "entity_id": _TEXT,
        "device": _TEXT,
        "person": _TEXT,
        "message": _TEXT,
        "timestamp": {"type": ["string", "number"], "description": "ISO 8601 or unix seconds"},
        "dedup_key": _TEXT,
        "labels": {"type": "object"},
    },
}
_OBJECT = {"type": "object"}
_SHAPES: dict[str, dict[str, Any]] = {
    "object": _OBJECT,
    "array": {"type": "array", "items": _OBJECT},
    "any": {},
}
_MAPPED = "/ingest/json/{mapping}"
_TOOLS = {
    "/api/v2/alerts": ("Alerts as Prometheus sends them to an Alertmanager", "array", 200),
    "/ingest/alertmanager": ("The webhook of an Alertmanager", "object", 202),
    "/ingest/grafana": ("The webhook contact point of Grafana", "object", 202),
    "/v2/enqueue": ("PagerDuty's Events API v2; `routing_key` is the key", "object", 202),
    _MAPPED: ("Any JSON by a stored template", "any", 202),
}
_MAPPING = {
    "name": "mapping",
    "in": "path",
    "required": True,
    "description": "a template's name, see /api/v1/mappings",
    "schema": {"type": "string"},
}
_IDENTITY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "makes the identity of alerts that have no id of their own",
    "schema": {"type": "string", "maxLength": 255},
}


_HISTORY = {
    "name": "history",
    "in": "query",
    "required": False,
    "description": "`true`: the events are recorded as history and raise nothing",
    "schema": {"type": "boolean"},
}


def add_doors(document: dict[str, Any]) -> None:
    """Add the paths of `dialects.DOORS` to an OpenAPI document, and the schemas they name."""
    schemas = document["components"].setdefault("schemas", {})
    _, answers = msgspec.json.schema_components(
        [Taken, NoneTaken], ref_template="#/components/schemas/{name}"
    )
    schemas.update(answers, AlertIn=ALERT)
    paths = document["paths"]
    paths.setdefault("/api/v1/alerts", {})["post"] = _native()
    _add_event_doors(paths, schemas)
    for path, (summary, shape, status) in _TOOLS.items():
        body = {"application/json": {"schema": _SHAPES[shape]}}
        paths[path] = {"post": _operation(summary, body, status, None)}
    of_template = paths[_MAPPED]["post"]
    of_template["parameters"] = [_MAPPING, *of_template["parameters"]]
    of_template["responses"]["404"] = {"description": "no template of this name"}


def _native() -> dict[str, Any]:
    one = {"$ref": "#/components/schemas/AlertIn"}
    body = {
        "application/json": {"schema": {"anyOf": [one, {"type": "array", "items": one}]}},
        "application/x-ndjson": {"schema": _TEXT},
    }
    summary = "Send alerts: one, an array, or one on each line"
    return _operation(summary, body, 202, "Taken")


def _add_event_doors(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
    for stream, kind in STREAMS.items():
        (shape,), components = msgspec.json.schema_components(
            [kind], schema_hook=_moment, ref_template="#/components/schemas/{name}"
        )
        schemas.update(components)
        body = {
            "application/json": {"schema": {"anyOf": [shape, {"type": "array", "items": shape}]}},
            "application/x-ndjson": {"schema": _TEXT},
        }
        summary = f"Send events ({stream}): one, an array, or one on each line"
        operation = _operation(summary, body, 202, "Taken")
        operation["operationId"] = f"send_events_{stream}"
        operation["parameters"] = [*operation["parameters"], _HISTORY]
        paths[f"/api/v1/events/{stream}"] = {"post": operation}

    body = {
        "application/json": {"schema": _SHAPES["any"]},
        "application/x-ndjson": {"schema": _TEXT},
    }
    mixed = _operation("Send events of any stream, each with its `stream`", body, 202, "Taken")
    mixed["operationId"] = "send_events"
    mixed["parameters"] = [*mixed["parameters"], _HISTORY]
    paths["/api/v1/events"] = {"post": mixed}


def _moment(kind: type) -> dict[str, Any]:
    """Describe what msgspec does not know: times."""
    if kind is not Moment:
        raise NotImplementedError(kind)
    return {"type": ["string", "number"], "description": "ISO 8601 or unix seconds"}


def _operation(
    summary: str, body: dict[str, Any], status: int, answer: str | None
) -> dict[str, Any]:
    taken: dict[str, Any] = {"description": "on disk"}
    if answer:
        schema = {"$ref": f"#/components/schemas/{answer}"}
        taken["content"] = {"application/json": {"schema": schema}}
    refusals = {str(code): {"description": why} for code, why in _REFUSALS.items()}
    return {
        "operationId": "send_" + "_".join(summary.lower().split()[:3]).strip(":"),
        "summary": summary,
        "tags": ["sending"],
        "security": _SECURITY,
        "parameters": [_IDENTITY],
        "requestBody": {"required": True, "content": body},
        "responses": {str(status): taken, **refusals},
    }
