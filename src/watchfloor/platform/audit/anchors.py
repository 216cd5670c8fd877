"""Heads of the chains, kept outside the database: they tell when the end was cut off.

One small file for each tenant under the home, and the same as a line of the log.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The `sequence`-th seal of a tenant had this digest (hex)."""

    sequence: int
    digest: str


def write(tenant_id: int, anchor: Anchor) -> None:
    path = _path(tenant_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(asdict(anchor)))
    unfinished.replace(path)
    log.info("audit sealed", tenant=tenant_id, sequence=anchor.sequence, digest=anchor.digest)


def read(tenant_id: int) -> Anchor | None:
    """Return the last anchor written on this machine."""
    try:
        return Anchor(**json.loads(_path(tenant_id).read_text()))
    except FileNotFoundError:
        return None


def _path(tenant_id: int) -> Path:
    return Path(settings.WATCHFLOOR_HOME) / "audit-anchors" / f"{tenant_id}.json"
