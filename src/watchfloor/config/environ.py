"""Settings from the environment that answer back: nonsense is refused with the cure."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def env_text(name: str, default: str | None = None) -> str:
    """Return the variable, or the content of the file that `<name>_FILE` names."""
    value = os.environ.get(name)
    if value is None and (path := os.environ.get(f"{name}_FILE")):
        value = Path(path).read_text().strip()
    if value is not None:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set; set it, or {name}_FILE to a file with it")
    return default


def env_bool(name: str, default: bool) -> bool:
    text = env_text(name, str(default)).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={text!r} is neither true nor false; use 'true' or 'false'")


def env_int(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    text = env_text(name, str(default))
    try:
        value = int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={text!r} is not a whole number") from None
    if not low <= value <= high:
        raise ImproperlyConfigured(f"{name}={value} must lie between {low} and {high}")
    return value


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_database(name: str, default: str | None = None, *, pool: int = 0) -> dict[str, object]:
    """Return Django's connection settings for a postgresql:// URL, with a pool of that size.

    The host may be a socket folder, as `?host=/path`.
    """
    url = env_text(name, default)
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(f"{name} must be a postgresql:// URL")
    query: dict[str, object] = {key: values[0] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or parts.hostname or ""
    port = str(parts.port or query.pop("port", ""))
    if pool:
        # A lost database is looked for anew by each request, not at growing intervals.
        patience = {"timeout": 3, "reconnect_timeout": 2, "max_idle": 60}
        query["pool"] = {"min_size": 1, "max_size": pool, **patience}
    return {
        "ENGINE": "watchfloor.platform.tenancy.backend",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": query,
        "CONN_MAX_AGE": 0 if pool else None,
        "CONN_HEALTH_CHECKS": True,
    }
