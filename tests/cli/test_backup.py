"""Backup, restore and upgrade, as an operator does them."""

import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import RunningFloor, started
from tests.commands import command as watchfloor
from tests.homes import settled_home
from watchfloor.embedded.binaries import find_binaries

OLD_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
Env = dict[str, str]
ATTACHED = Path("evidence/1/ab") / ("ab" * 32)


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[RunningFloor]:
    """A floor of our own, on which nothing was done: what is backed up is counted."""
    with started(settled_home(folder / "home")) as floor:
        yield floor


@pytest.fixture(scope="module")
def backup(running: RunningFloor, folder: Path, environment: Env) -> Path:
    """A backup of the running floor, which has a key named `gate`."""
    made = watchfloor("key", "create", "--name", "gate", "--home", running.home, env=environment)
    assert made.returncode == 0, made.stderr
    attached = running.home / ATTACHED
    attached.parent.mkdir(parents=True)
    attached.write_bytes(b"GIF89a")
    file = folder / "floor.tar"
    done = watchfloor("backup", file, "--home", running.home, env=environment)
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture(scope="module")
def restored(backup: Path, folder: Path, environment: Env) -> Path:
    home = folder / "restored"
    done = watchfloor("restore", backup, "--home", home, env=environment)
    assert done.returncode == 0, done.stderr
    return home


def keys(home: Path, environment: Env) -> str:
    return watchfloor("key", "list", "--home", home, env=environment).stdout


def manage(home: Path, environment: Env, code: str) -> str:
    done = watchfloor("manage", "shell", "-v", "0", "-c", code, "--home", home, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_backup_is_readable_by_its_owner_alone_and_describes_itself(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backup.parent.glob(".floor*")] == [], "no half-made files"
    with tarfile.open(backup) as archive:
        described = archive.extractfile("manifest.json")
        assert described is not None
        manifest = json.load(described)
        assert {member.mode for member in archive} == {0o600}
    assert manifest["rows"]["accounts_apikey"] == 1
    assert set(manifest["sha256"]) >= {"database.dump", "secret.key"}


def test_a_restored_floor_has_its_keys_its_secret_its_evidence_and_its_guards(
    restored: Path, running: RunningFloor, environment: Env
) -> None:
    assert "gate" in keys(restored, environment)
    original = (running.home / "secrets" / "secret.key").read_text()
    assert (restored / "secrets" / "secret.key").read_text() == original
    assert (restored / ATTACHED).read_bytes() == b"GIF89a"
    code = "from watchfloor.platform.tenancy.selfcheck import problems; print(problems())"
    assert manage(restored, environment, code).strip() == "[]"


def test_a_backup_goes_into_an_empty_home_only(
    backup: Path, restored: Path, environment: Env
) -> None:
    done = watchfloor("restore", backup, "--home", restored, env=environment)

    assert done.returncode == 2
    assert "is not empty" in done.stderr


def test_a_backup_is_never_written_over(
    backup: Path, running: RunningFloor, environment: Env
) -> None:
    before = backup.read_bytes()
    done = watchfloor("backup", backup, "--home", running.home, env=environment)

    assert done.returncode == 2
    assert backup.read_bytes() == before


def test_where_there_is_no_floor_there_is_no_backup(folder: Path, environment: Env) -> None:
    for command in (["backup", str(folder / "none.tar")], ["upgrade"]):
        done = watchfloor(*command, "--home", folder / "none", env=environment)
        assert done.returncode == 2
        assert "there is no floor" in done.stderr
    assert not (folder / "none").exists()


def damaged(source: Path, target: Path) -> Path:
    content = bytearray(source.read_bytes())
    content[len(content) // 2] ^= 0xFF
    target.write_bytes(content)
    return target


def cut(source: Path, target: Path) -> Path:
    target.write_bytes(source.read_bytes()[:4000])
    return target


def foreign(source: Path, target: Path) -> Path:
    target.write_text("no archive at all")
    return target


def of_the_future(source: Path, target: Path) -> Path:
    with tarfile.open(source) as archive:
        archive.extractall(target.with_suffix(".d"), filter="data")
    described = target.with_suffix(".d") / "manifest.json"
    described.write_text(json.dumps({**json.loads(described.read_text()), "version": "99.0"}))
    with tarfile.open(target, "w") as archive:
        for path in sorted(target.with_suffix(".d").iterdir()):
            archive.add(path, path.name)
    return target


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (damaged, "is damaged"),
        (cut, "not a whole backup"),
        (foreign, "not a whole backup"),
        (of_the_future, "use the newer program"),
    ],
)
def test_what_cannot_be_restored_leaves_nothing(
    spoil: Callable[[Path, Path], Path], reason: str, backup: Path, folder: Path, environment: Env
) -> None:
    file = spoil(backup, folder / f"{spoil.__name__}.tar")
    home = folder / "never"
    done = watchfloor("restore", file, "--home", home, env=environment)

    assert done.returncode == 2
    assert reason in done.stderr
    assert not home.exists()


def test_a_running_floor_is_not_upgraded(running: RunningFloor, environment: Env) -> None:
    done = watchfloor("upgrade", "--home", running.home, env=environment)

    assert done.returncode == 2
    assert "stop it first" in done.stderr


def test_a_home_of_a_newer_program_is_refused(restored: Path, environment: Env) -> None:
    described = restored / "home.json"
    before = described.read_text()
    described.write_text(json.dumps({**json.loads(before), "version": "99.0"}))
    try:
        for command in (["upgrade"], ["backup", str(restored / "b.tar")]):
            done = watchfloor(*command, "--home", restored, env=environment)
            assert done.returncode == 2
            assert "use the newer program" in done.stderr
    finally:
        described.write_text(before)


def test_an_upgrade_of_the_same_postgresql_backs_up_first(restored: Path, environment: Env) -> None:
    done = watchfloor("upgrade", "--json", "--home", restored, env=environment)

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["postgres_before"] == report["postgres_after"]
    assert Path(report["backup"]).exists()


@pytest.mark.skipif(
    not OLD_POSTGRES or int(OLD_POSTGRES[0].parent.name) >= find_binaries().major,
    reason="no older PostgreSQL on this machine to come from",
)
def test_data_of_an_older_postgresql_is_made_anew(folder: Path, environment: Env) -> None:
    home, old = folder / "older", {**environment, "WATCHFLOOR_PG_BIN": str(OLD_POSTGRES[0])}
    watchfloor("key", "create", "--name", "of-old", "--home", home, env=old)
    refused = watchfloor("key", "list", "--home", home, env=environment)
    assert "upgrade" in refused.stderr

    done = watchfloor("upgrade", "--json", "--home", home, env=environment)

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["postgres_before"] < report["postgres_after"]
    assert "of-old" in keys(home, environment)
    data = json.loads((home / "home.json").read_text())
    assert data["postgres_major"] == report["postgres_after"]
