import os
import stat
from pathlib import Path

import pytest

from watchfloor.embedded.account import Account, service_account
from watchfloor.embedded.errors import Misuse
from watchfloor.embedded.ground import lay_ground
from watchfloor.embedded.home import Home, Lock, default_home

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="the account is made and used by root only")
STRANGER = Account("stranger", 54321, 54321)


def test_the_environment_names_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHFLOOR_HOME", "/somewhere/else")

    assert default_home() == Path("/somewhere/else")


def test_a_relative_home_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert Home.at("floor").path == tmp_path / "floor"


def test_secrets_are_for_our_eyes_and_stay_the_same(short_folder: Path) -> None:
    first = lay_ground(Home.at(short_folder / "home"))
    again = lay_ground(Home.at(short_folder / "home"))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in first.home.secrets.iterdir()}

    assert modes == {0o600}
    assert first.address.passwords == again.address.passwords
    assert len(set(first.address.passwords.values())) == 5


def test_a_home_of_a_newer_version_is_refused(short_folder: Path) -> None:
    home = Home.at(short_folder / "home")
    home.prepare(None)
    home.record_version(18)
    described = home.path / "home.json"
    described.write_text(described.read_text().replace('"0.1.0"', '"99.0.0"'))

    with pytest.raises(Misuse, match="last used by watchfloor 99"):
        home.prepare(None)


def test_a_home_that_cannot_be_made_is_refused_with_the_reason() -> None:
    with pytest.raises(Misuse, match="pass --home"):
        Home.at("/dev/null/floor").prepare(None)


def test_one_at_a_time_serves_a_home(short_folder: Path) -> None:
    first, second = Lock(Home.at(short_folder)), Lock(Home.at(short_folder))
    taken = first.take()
    refused = not second.take()
    first.release()

    assert taken
    assert refused
    assert second.take()
    second.release()


def test_a_long_home_gets_its_socket_in_a_short_place(short_folder: Path) -> None:
    home = Home.at(short_folder / ("x" * 90))
    home.prepare(None)
    socket_dir = home.socket_dir(None, home.database_folder(None))

    assert len(str(socket_dir)) < 90
    assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    socket_dir.rmdir()


def test_a_planted_socket_folder_is_refused(short_folder: Path) -> None:
    home = Home.at(short_folder / "home")
    home.prepare(None)
    folder = home.database_folder(None)
    (folder / "socket").symlink_to(short_folder)

    with pytest.raises(Misuse, match="somebody else"):
        home.socket_dir(None, folder)


@as_root
def test_a_home_closed_to_the_account_keeps_a_pointer_and_its_parents_their_modes(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchfloor.embedded.home.ROOT_HOME", short_folder / "root")
    closed = short_folder / "closed"
    closed.mkdir(mode=0o700)
    home = Home.at(closed / "home")
    home.prepare(STRANGER)
    folder = home.database_folder(STRANGER)

    assert folder.is_relative_to(short_folder / "root" / "pg")
    assert home.database_folder(STRANGER) == folder
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_an_open_home_holds_its_own_data(short_folder: Path) -> None:
    home = Home.at(short_folder / "home")
    home.prepare(STRANGER)

    assert home.database_folder(STRANGER) == home.path / "database"


@as_root
def test_root_has_an_account_for_the_server() -> None:
    account = service_account()

    assert account is not None
    assert account.uid != 0
