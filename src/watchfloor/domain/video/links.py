"""Addresses in a customer's video system: a template, filled in for a camera and a moment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote, urlsplit

from watchfloor.platform.errors import Invalid

LONGEST = 1_000
PLACEHOLDERS = ("camera", "site", "client", "at", "at_ms")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OF_AN_ADDRESS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%{}]*")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[^/]+//([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?(?=[/?#]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is to be seen: codes of the inventory, empty where there is none, and the moment."""

    camera: str
    site: str
    client: str
    at: datetime

    def values(self) -> dict[str, str]:
        at = self.at.astimezone(UTC)
        return {
            "camera": self.camera,
            "site": self.site,
            "client": self.client,
            "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "at_ms": str((at - _EPOCH) // timedelta(milliseconds=1)),
        }


def address(template: str, sight: Sight) -> str | None:
    """Return where the sight is; None where it has no value for what the template asks.

    Each value is quoted whole, whoever chose it: it adds no part to the address. One that is a
    step up in its path leads nowhere.
    """
    values = sight.values()
    if not all(values[name] for name in _PLACEHOLDER.findall(template)):
        return None
    found = _PLACEHOLDER.sub(lambda match: quote(values[match[1]], safe=""), template)
    return None if _climbs(found) else found


def check(template: str) -> None:
    """Raises: Invalid, with the cure, for what does not lead to the one system it names."""
    fault = next(_faults(template), None)
    if fault is not None:
        raise Invalid("This link cannot be used.", fields={"template": fault})


def _faults(template: str) -> Iterator[str]:
    if len(template) > LONGEST:
        yield f"write at most {LONGEST} characters"
    if not _OF_AN_ADDRESS.fullmatch(template):
        yield "write it as an address is: percent-encoded, without spaces, as %20 for a space"
    if not _SCHEME.match(template):
        yield "begin with https:// or http://"
    if not _HOST.match(template):
        yield "after // comes a host, as vms.example, and no placeholder, name or password in it"
    unknown = [name for name in _PLACEHOLDER.findall(template) if name not in PLACEHOLDERS]
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    if unknown:
        yield f"{{{unknown[0]}}} is not known: use {known}"
    if re.search(r"[{}]", _PLACEHOLDER.sub("", template)):
        yield f"a brace stands alone: use {known}"
    if _climbs(template):
        yield "leave out the parts . and .. of its path"


def _climbs(text: str) -> bool:
    return any(unquote(part) in {".", ".."} for part in urlsplit(text).path.split("/"))
