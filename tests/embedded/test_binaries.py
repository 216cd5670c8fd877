import os
import shutil
import subprocess
from pathlib import Path

import pytest

from watchfloor.embedded.account import service_account
from watchfloor.embedded.binaries import Binaries, find_binaries, reachable_copy
from watchfloor.embedded.errors import Misuse


def test_a_postgresql_is_found_that_is_new_enough() -> None:
    assert find_binaries().major >= 15


def test_a_chosen_folder_without_postgresql_is_refused(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHFLOOR_PG_BIN", str(short_folder))

    with pytest.raises(Misuse, match="WATCHFLOOR_PG_BIN"):
        find_binaries()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_closed_programs_are_copied_with_their_libraries_and_run(short_folder: Path) -> None:
    account = service_account()
    original = find_binaries()
    assert account is not None
    package = original.folder.parent.parent
    closed = short_folder / "closed"
    closed.mkdir(mode=0o700)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, closed / folder.name, symlinks=True)
    hidden = closed / original.folder.relative_to(package.parent)
    copy = reachable_copy(
        Binaries(original.source, hidden, original.version), account, short_folder / "cache"
    )
    shutil.rmtree(closed)
    answer = subprocess.run(
        [copy.program("initdb"), "--version"],
        user=account.uid,
        capture_output=True,
        text=True,
        check=True,
    )

    assert original.version in answer.stdout


def test_programs_in_the_open_are_used_where_they_are() -> None:
    found = find_binaries()

    assert reachable_copy(found, None, Path("/nowhere")) is found
