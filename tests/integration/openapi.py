"""The floor's own description of its API, read as a list of what can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

TEXTS = {"date-time": "2099-01-01T00:00:00Z", "email": "a@example.com", "uri": "https://a.example"}


@dataclass(frozen=True)
class Operation:
    """`body` is the schema of what it takes, None for nothing."""

    method: str
    path: str
    filters: tuple[str, ...]
    is_paged: bool
    body: Mapping[str, Any] | None = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)

    @property
    def named(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def has_ids(self) -> bool:
        return "{" in self.path

    @property
    def is_list(self) -> bool:
        return self.method == "GET" and self.is_paged and not self.has_ids


def operations(reader: httpx.Client) -> list[Operation]:
    document = reader.get("/api/v1/openapi.json").json()
    return [
        _operation(method.upper(), path, described, document)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]


def _operation(
    method: str, path: str, described: Mapping[str, Any], document: Mapping[str, Any]
) -> Operation:
    parameters = described.get("parameters", [])
    content = described.get("requestBody", {}).get("content", {})
    shown = str(described["responses"])
    return Operation(
        method,
        path,
        filters=tuple(p["name"] for p in parameters if p["in"] == "query"),
        is_paged="/Page" in shown,
        body=content.get("application/json", {}).get("schema"),
        document=document,
    )


def sample(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    """Return the smallest value that the schema takes."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return sample(document["components"]["schemas"][name], document)
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            return sample(schema[several][0], document)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    return _plain(schema, document)


def _plain(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        required = schema.get("required", [])
        return {name: sample(schema["properties"][name], document) for name in required}
    if kind == "string":
        if schema.get("format") == "uuid":
            return "019a0000-0000-7000-8000-000000000000"
        return TEXTS.get(schema.get("format", ""), "a" * max(1, schema.get("minLength", 1)))
    if kind == "array":
        return [sample(schema["items"], document)] * schema.get("minItems", 0)
    return {"integer": schema.get("minimum", 1), "number": 1.0, "boolean": True}[kind]
