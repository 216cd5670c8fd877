"""Where the bytes that people sent lie: one file for each content, named by its SHA-256.

A tenant's files lie in a folder of its own, so that nobody learns what another tenant holds. A
name in this folder is made of a tenant's number and a digest, never of what somebody sent.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Generic, Protocol, TypeVar

from django.conf import settings

from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.context import require_tenant_id

T = TypeVar("T")
CHUNK = 256 * 1024
UNFINISHED = ".unfinished-"
LEAST_AGE = timedelta(days=1)
"""A file without a row may be one whose row is about to be written."""


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """A content that is stored now, and what `check` said of how it begins."""

    sha256: str
    size: int
    checked: T


def keep(source: Source, *, most: int, check: Callable[[bytes], T]) -> Kept[T]:
    """Store what `source` holds, under its digest. The same content again is the same file.

    `check` is shown the beginning, and raises for what it does not want. Raises: Invalid for
    nothing at all, or more than `most` bytes. Nothing is left behind then.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file, name = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)
    try:
        with os.fdopen(file, "wb") as target:
            kept = _copy(source, target, most, check)
        path = path_of(kept.sha256)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return kept


def path_of(sha256: str) -> Path:
    """Return where the tenant in scope keeps this content."""
    return _folder() / sha256[:2] / sha256


def forget(referred: Collection[str], *, now: datetime) -> int:
    """Delete the tenant's files that no row refers to any more; return how many."""
    gone = 0
    for path in _files():
        with suppress(FileNotFoundError):  # another process forgets as well
            old = path.stat().st_mtime < (now - LEAST_AGE).timestamp()
            if old and path.name not in referred:
                path.unlink()
                gone += 1
    return gone


def tenants() -> set[int]:
    """Return the tenants that have a folder here, whether or not they still exist."""
    folders = Path(settings.EVIDENCE_FOLDER).glob("[0-9]*")
    return {int(folder.name) for folder in folders if folder.name.isdecimal()}


def forget_tenants(tenant_ids: Collection[int]) -> None:
    """Delete the folders of these."""
    for tenant_id in tenant_ids:
        shutil.rmtree(Path(settings.EVIDENCE_FOLDER) / str(tenant_id), ignore_errors=True)


def _copy(source: Source, target: IO[bytes], most: int, check: Callable[[bytes], T]) -> Kept[T]:
    chunk = source.read(CHUNK)
    if not chunk:
        raise Invalid("This file is empty.", fields={"file": "send one that holds something"})
    checked = check(chunk)
    digest, size = hashlib.sha256(), 0
    while chunk:
        size += len(chunk)
        if size > most:
            message = f"send at most {most // 2**20} MB"
            raise Invalid("This file is too large.", fields={"file": message})
        digest.update(chunk)
        target.write(chunk)
        chunk = source.read(CHUNK)
    target.flush()
    os.fsync(target.fileno())
    return Kept(digest.hexdigest(), size, checked)


def _files() -> Iterator[Path]:
    folder = _folder()
    yield from folder.glob("??/*")
    yield from folder.glob(f"{UNFINISHED}*")


def _folder() -> Path:
    return Path(settings.EVIDENCE_FOLDER) / str(require_tenant_id())
