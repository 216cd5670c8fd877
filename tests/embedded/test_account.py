"""Floors that are created at the same moment run their servers as one account."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

AT_ONCE = 8
CREATE = f"""
import os
from watchfloor.embedded.account import service_account
for _ in range({AT_ONCE}):
    if os.fork() == 0:
        os.write(1, f"{{service_account()}}\\n".encode())
        os._exit(0)
for _ in range({AT_ONCE}):
    os.wait()
"""
FRESH = """
set -e
mount --bind "$1" /etc
exec "$2" -c "$3"
"""


def may_stand_apart() -> bool:
    """Whether we may give a process an /etc of its own, and leave the machine's alone."""
    tried = subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True)
    return tried.returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes accounts")
@pytest.mark.skipif(shutil.which("useradd") is None, reason="there is no useradd")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare")
def test_floors_that_are_created_at_once_share_one_account(tmp_path: Path) -> None:
    if not may_stand_apart():
        pytest.skip("this machine lets nobody stand apart")
    accounts = tmp_path / "etc"
    shutil.copytree("/etc", accounts, symlinks=True)
    for name in ("passwd", "shadow", "group", "gshadow"):
        known = accounts / name
        lines = known.read_text().splitlines(keepends=True) if known.exists() else []
        known.write_text("".join(one for one in lines if not one.startswith("watchfloor:")))

    said = subprocess.run(
        ["unshare", "--mount", "sh", "-c", FRESH, "sh", accounts, sys.executable, CREATE],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip

    [entry] = [
        line.split(":")
        for line in (accounts / "passwd").read_text().splitlines()
        if line.startswith("watchfloor:")
    ]
    uid, gid = entry[2:4]
    assert said == [f"Account(name='watchfloor', uid={uid}, gid={gid})"] * AT_ONCE
