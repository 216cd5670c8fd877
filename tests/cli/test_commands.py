import json
import shlex
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from django.utils import timezone

from tests.cli.conftest import RunningFloor
from tests.commands import command as watchfloor
from tests.commands import in_new_process
from tests.homes import settled_home
from watchfloor.cli import extras, main
from watchfloor.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


def test_doctor_proves_durability_and_says_all_as_json(
    folder: Path, environment: dict[str, str]
) -> None:
    done = watchfloor("doctor", "--json", "--home", folder / "new", env=environment)
    assert done.returncode == 0, done.stdout
    found = {finding["name"]: finding for finding in json.loads(done.stdout)}

    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert found[name] == {"name": name, "ok": True, "detail": "on"}
    assert found["roles"]["ok"]
    assert "flushed 8 kB writes/s" in found["flush"]["detail"]


def test_doctor_looks_at_a_running_floor_without_disturbing_it(
    running: RunningFloor, environment: dict[str, str]
) -> None:
    done = watchfloor("doctor", "--home", running.home, env=environment)

    assert done.returncode == 0, done.stdout
    assert f"a floor answers at {running.url}" in done.stdout
    assert running.process.poll() is None


def test_doctor_tells_of_a_home_it_cannot_use(environment: dict[str, str]) -> None:
    done = watchfloor("doctor", "--home", "/dev/null/floor", env=environment)

    assert done.returncode == 1
    assert "BAD  home" in done.stdout


def test_manage_passes_through_on_a_running_floor(
    running: RunningFloor, environment: dict[str, str]
) -> None:
    done = watchfloor(
        "manage", "showmigrations", "tenancy", "--home", running.home, env=environment
    )

    assert done.returncode == 0, done.stderr
    assert "[X] 0001_initial" in done.stdout


def test_migrations_of_a_new_app_are_written_before_its_tables_are(
    folder: Path, environment: dict[str, str]
) -> None:
    app = folder / "lockers"
    app.mkdir()
    (app / "__init__.py").touch()
    (app / "models.py").write_text(
        "from watchfloor.domain.registers.models import CodedRow\n\n\n"
        "class Locker(CodedRow):\n    pass\n"
    )
    (folder / "with_lockers.py").write_text(
        "from watchfloor.config.settings.embedded import *\n"
        "INSTALLED_APPS = [*INSTALLED_APPS, 'lockers']\n"
    )
    ours = {"DJANGO_SETTINGS_MODULE": "with_lockers", "PYTHONPATH": str(folder)}
    home = settled_home(folder / "without")
    written = in_new_process(
        "manage", "makemigrations", "lockers", "--home", str(home), env=environment | ours
    )

    assert "Create model Locker" in written.stdout, written.stderr
    assert (app / "migrations" / "0001_initial.py").exists()


def test_a_command_starts_a_floor_of_its_own_where_none_runs(
    folder: Path, environment: dict[str, str]
) -> None:
    home = settled_home(folder / "asleep")
    made = watchfloor("key", "create", "--name", "door", "--home", home, env=environment)
    listed = watchfloor("key", "list", "--home", home, env=environment)

    assert made.returncode == 0, made.stderr
    assert len(made.stdout.strip()) == 32
    assert "door" in listed.stdout


def test_commands_at_the_same_time_share_one_server(
    folder: Path, environment: dict[str, str]
) -> None:
    home = str(folder / "busy")
    command = [sys.executable, "-m", "watchfloor.cli.main", "key", "create", "--home", home]
    several = [
        subprocess.Popen(
            [*command, "--name", f"sender-{n}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for n in range(3)
    ]
    told = [process.communicate(timeout=120) for process in several]

    assert [process.returncode for process in several] == [0, 0, 0], told
    assert len({key for key, _ in told}) == 3


def test_a_home_of_a_newer_version_is_refused(folder: Path, environment: dict[str, str]) -> None:
    home = folder / "from the future"
    home.mkdir()
    (home / "home.json").write_text('{"version": "99.0.0", "postgres_major": 18}')
    done = watchfloor("up", "--home", home, "--port", "0", env=environment)

    assert done.returncode == 2
    assert "99.0.0" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_unknown_command_is_answered_in_one_line(environment: dict[str, str]) -> None:
    done = watchfloor("fly", env=environment)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [[], ["key"]])
def test_a_command_that_is_left_out_is_asked_for_in_one_line(
    command: list[str], environment: dict[str, str]
) -> None:
    done = watchfloor(*command, env=environment)

    asked = " ".join(["watchfloor", *command])
    assert done.returncode == 2
    assert done.stderr == f"watchfloor: name a command. Try: {asked} --help\n"


def test_old_history_is_not_replayed_among_live_reports(
    running: RunningFloor, folder: Path, environment: dict[str, str]
) -> None:
    def here(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return watchfloor(*arguments, "--home", running.home, env=environment)

    history = folder / "history.jsonl"
    history.write_text('{"id": "1", "alert_type": "A", "timestamp": "2020-01-01T00:00:00Z"}\n')
    assert here("tenant", "create", "live").returncode == 0
    assert here("replay", history, "--tenant", "live").returncode == 0
    key = here("key", "create", "--name", "k", "--tenant", "live").stdout.strip()
    httpx.post(
        f"{running.url}/api/v1/alerts",
        json={"alert_type": "B", "timestamp": timezone.now().timestamp()},
        headers={"Authorization": f"Bearer {key}"},
    ).raise_for_status()
    deadline = time.monotonic() + 30
    asked = ["export", "reports", "--tenant", "live", "--out", folder / "reports.csv"]
    while "2 reports" not in here(*asked).stdout:
        assert time.monotonic() < deadline

    refused = here("replay", history, "--tenant", "live")

    assert refused.returncode == 2
    assert "the tenant live has live senders" in refused.stderr


def test_migrate_without_a_url_says_that_up_does_it(
    folder: Path, environment: dict[str, str]
) -> None:
    done = watchfloor("migrate", "--home", folder / "own", env=environment)

    assert done.returncode == 2
    assert "watchfloor up" in done.stderr


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"manage", "test"}))
def test_every_command_explains_itself(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHFLOOR_DB_APP", "postgresql://nowhere/")  # a part of a running floor
    done = CliRunner().invoke(main.watchfloor, [name, "--help"])

    assert done.exit_code == 0, done.exception
    assert done.output.startswith("Usage: watchfloor")


def test_the_locks_pin_every_dependency_and_name_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {"runtime.lock": project["dependencies"]}
    wanted["test.lock"] = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    for name, dependencies in wanted.items():
        lock = (ROOT / "requirements" / name).read_text()
        pinned = {line.split("==")[0] for line in lock.splitlines() if "==" in line}
        names = {_bare(dependency) for dependency in dependencies}

        assert names <= pinned, names - pinned
        assert "://" not in lock
        assert lock.count("--hash=sha256:") > len(pinned)


def test_what_an_extra_needs_is_brought_into_the_environment_that_runs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    told = extras.cure("mqtt")

    assert project["optional-dependencies"]["mqtt"] == [extras.NEEDS["mqtt"]]
    assert sys.executable in told
    assert shlex.split(told)[-1] in {extras.NEEDS["mqtt"], "watchfloor[mqtt]"}


def _bare(dependency: str) -> str:
    for stop in "[<>=; ":
        dependency = dependency.split(stop)[0]
    return dependency
