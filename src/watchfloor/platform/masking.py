"""What may stand in no log line and no audit row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MASKED = "***"
SECRET_NAMES = frozenset(
    {"password", "secret", "key", "token", "authorization", "cookie", "key_hash", "secret_hash"}
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


def mask_text(text: str) -> str:
    """Replace secrets by their shape: keys in addresses, links, credentials in headers and URLs."""
    for shape, shown in _SHAPES:
        text = shape.sub(shown, text)
    return text
