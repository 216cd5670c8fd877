"""What may stand in no log line and no audit row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MASKED = "***"
SECRET_NAMES = frozenset(
    {"password", "secret", "key", "token", "authorization", "cookie", "key_hash", "secret_hash"}
)
# Names that strangers give to secrets; `dedup_key` and `keyboard` are none.
_SOUNDS_SECRET = re.compile(
    r"passw|secret|token|authorization|cookie|credential|api_?key|routing_key|private_?key", re.I
)
# A key is known by its last four characters; nothing of a link or a header is worth keeping.
_SHAPES = (
    (re.compile(r"(/k/)[a-z0-9]{28}([a-z0-9]{4})\b"), r"\1***\2"),
    (re.compile(r"(/sign-in/link/|/wall/)[\w-]+"), r"\1***"),
    (re.compile(r"\b(Bearer|GenieKey|Basic) +[^\s\"\\]+", re.IGNORECASE), r"\1 ***"),
    (re.compile(r"(postgres(?:ql)?://[^:/\s\"]+:)[^@\s\"]+@"), r"\1***@"),
)


def without_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values, those masked that are named like secrets."""
    return {name: MASKED if name in SECRET_NAMES else value for name, value in values.items()}


def without_any_secret(value: Any) -> Any:
    """Return a JSON value of a stranger's, masked by name at any depth and by shape in any text."""
    if isinstance(value, dict):
        return {
            name: MASKED if _SOUNDS_SECRET.search(name) else without_any_secret(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [without_any_secret(one) for one in value]
    return mask_text(value) if isinstance(value, str) else value


def mask_text(text: str) -> str:
    """Replace secrets by their shape: keys in addresses, links, credentials in headers and URLs."""
    for shape, shown in _SHAPES:
        text = shape.sub(shown, text)
    return text
