"""A configuration as a document: JSON in, settings out, and errors that name field and range.

`{"clustering": {"idle_gap": 900}}` says what differs from what is shipped; everything else keeps
its shipped value. Each part is a struct that checks itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_type_hints

import msgspec

from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.noise.policy import NoisePolicy

_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")


class Configuration(msgspec.Struct, frozen=True):
    """Everything that decides what becomes of a report, by part."""

    clustering: ClusteringConfig = ClusteringConfig()
    noise: NoisePolicy = NoisePolicy()
    alerts: AlertPolicy = AlertPolicy()


PARTS: Mapping[str, type[Any]] = get_type_hints(Configuration)
SHIPPED = Configuration()


class Setting(msgspec.Struct, frozen=True):
    """One number that may be set. `unit` is "s" for seconds, else empty."""

    part: str
    name: str
    value: float
    shipped: float
    low: float
    high: float
    unit: str
    is_whole: bool


def decode(document: bytes | str | Mapping[str, Any]) -> Configuration:
    """Return the configuration of a document.

    Raises: ConfigError that names the field, what was given and what it may be.
    """
    given = _object(document)
    if unknown := sorted(given.keys() - PARTS.keys()):
        raise ConfigError(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    return Configuration(**{name: _part(name, given.get(name, {})) for name in PARTS})


def encode(configuration: Configuration) -> dict[str, Any]:
    """Return the document: only what differs from what is shipped."""
    document: dict[str, Any] = {}
    for name in PARTS:
        values = msgspec.to_builtins(getattr(configuration, name))
        shipped = msgspec.to_builtins(getattr(SHIPPED, name))
        changed = {key: value for key, value in values.items() if value != shipped[key]}
        if changed:
            document[name] = changed
    return document


def settings(configuration: Configuration, part: str = "clustering") -> Iterator[Setting]:
    """Yield the numbers of a part, in the order of its fields."""
    values, shipped = getattr(configuration, part), getattr(SHIPPED, part)
    kind = PARTS[part]
    for name, hint in kind.__annotations__.items():
        value = getattr(values, name)
        if name == "RANGES" or isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        low, high = _range(kind, name, getattr(shipped, name))
        unit = "s" if hint == "Seconds" else ""
        yield Setting(
            part, name, value, getattr(shipped, name), low, high, unit, isinstance(value, int)
        )


def _object(document: bytes | str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(document, Mapping):
        return document
    try:
        given = msgspec.json.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"the configuration is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise ConfigError('the configuration must look like {"clustering": {"idle_gap": 900}}')
    return given


def _part(name: str, given: object) -> Any:
    kind = PARTS[name]
    if not isinstance(given, Mapping):
        raise ConfigError(f"{name} must be an object of settings")
    known = [field for field in kind.__annotations__ if field != "RANGES"]
    if unknown := sorted(str(key) for key in given if key not in known):
        raise ConfigError(f"{name} has no {unknown[0]!r}; it has {', '.join(sorted(known))}")
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(_told(name, kind, str(error))) from None
    except ConfigError as error:
        raise ConfigError(f"{name}.{error}") from None


def _told(part: str, kind: type[Any], error: str) -> str:
    """Return "clustering.idle_gap: Expected `float`, got `str` (from 60 to 86400)"."""
    place = _PLACE.search(error)
    if place is None:
        return f"{part}.{error}"
    field = place[1]
    what = _PLACE.sub("", error)
    ranges: Mapping[str, tuple[float, float]] = getattr(kind, "RANGES", {})
    between = ranges.get(field)
    tail = f" (from {between[0]:.12g} to {between[1]:.12g})" if between else ""
    return f"{part}.{field}: {what}{tail}"


def _range(kind: type[Any], name: str, shipped: float) -> tuple[float, float]:
    """Return the bounds; where the part names none, a tenth to ten times what is shipped."""
    ranges: Mapping[str, tuple[float, float]] = getattr(kind, "RANGES", {})
    if name in ranges:
        return ranges[name]
    low, high = shipped / 10, shipped * 10
    return (max(1.0, low // 1), high) if isinstance(shipped, int) else (low, high)
