"""Files that several processes may want to make at the same time."""

from __future__ import annotations

from pathlib import Path

import pytest

from watchfloor.embedded.keep import kept


def test_what_another_process_kept_meanwhile_goes_before_what_we_made(tmp_path: Path) -> None:
    secret = tmp_path / "secret"

    def make_slowly() -> str:
        secret.write_text("theirs")
        return "ours"

    assert kept(secret, make_slowly) == "theirs"
    assert secret.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [secret]


def test_what_cannot_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail() -> str:
        raise OSError("no randomness left")

    with pytest.raises(OSError, match="no randomness"):
        kept(tmp_path / "secret", fail)

    assert list(tmp_path.iterdir()) == []
