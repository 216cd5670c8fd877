"""The system account that PostgreSQL runs as when we are root, and what it can reach."""

import fcntl
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from watchfloor.embedded.errors import Misuse

NAME = "watchfloor"
ACCOUNTS = "/etc"


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    uid: int
    gid: int


def service_account() -> Account | None:
    """Return the account PostgreSQL must run as, or None where we are not root already."""
    if os.geteuid() != 0:
        return None
    found = _lookup(NAME) or _create() or _lookup("nobody")
    if found is None:
        raise Misuse("no account for PostgreSQL: run `useradd --system watchfloor` first")
    return found


def reaches(path: Path, account: Account | None) -> bool:
    """Say whether `account` can enter every folder down to `path`, that one included."""
    if account is None:
        return True
    resolved = path.resolve()
    chain = [p for p in (resolved, *resolved.parents) if p.exists()]
    return all(_may_enter(p.stat(), account) for p in chain)


def give(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _may_enter(status: os.stat_result, account: Account) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _lookup(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create() -> Account | None:
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if useradd is None:
        return None
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    with _alone():
        if _lookup(NAME) is None:
            subprocess.run(command, check=False, capture_output=True)  # noqa: S603
        return _lookup(NAME)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other floors of this machine out: of two that run useradd at the same moment, the
    second would give the account another number, after the first has given it files."""
    folder = os.open(ACCOUNTS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
