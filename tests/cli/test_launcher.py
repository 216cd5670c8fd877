"""The shell launcher, with a small program in place of ours: what is tried is the way there."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAYS_WHAT_IT_GOT = "import os, sys; print(sys.argv[1:], os.getcwd())\n"
ENOUGH = "/usr/bin:/bin"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkout(tmp_path_factory.mktemp("a folder"))


def make_checkout(folder: Path) -> Path:
    root = folder / "check out"
    (root / "src" / "watchfloor" / "cli").mkdir(parents=True)
    (root / "src" / "watchfloor" / "__init__.py").touch()
    (root / "src" / "watchfloor" / "cli" / "__init__.py").touch()
    (root / "src" / "watchfloor" / "cli" / "main.py").write_text(SAYS_WHAT_IT_GOT)
    (root / "requirements").mkdir()
    for name in ("runtime.lock", "test.lock"):
        (root / "requirements" / name).write_text("# nothing\n")
    shutil.copy(ROOT / "watchfloor", root)
    return root


def launch(
    launcher: Path, *arguments: str, path: str = ENOUGH, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path, "HOME": str(launcher.parent), "WATCHFLOOR_PYTHON": sys.executable}
    return subprocess.run(
        [launcher, *arguments],
        cwd=cwd or "/",
        env=environment | env,
        capture_output=True,
        text=True,
        timeout=120,
    )


def executable(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return path


def test_it_runs_from_any_folder_with_the_words_it_was_given(
    checkout: Path, tmp_path: Path
) -> None:
    done = launch(checkout / "watchfloor", "two words", "--flag=*", cwd=tmp_path)

    assert done.stdout == f"['two words', '--flag=*'] {tmp_path}\n"
    assert done.returncode == 0


def test_what_may_not_be_compiled_beside_its_source_is_compiled_in_the_environment(
    checkout: Path,
) -> None:
    for folder in list((checkout / "src").rglob("__pycache__")):
        shutil.rmtree(folder)
    done = launch(checkout / "watchfloor", "x", PYTHONDONTWRITEBYTECODE="1")

    assert done.stdout.startswith("['x']")
    assert list((checkout / ".venv" / "compiled").rglob("main.*.pyc"))
    assert not list((checkout / "src").rglob("*.pyc"))


def test_a_link_to_it_finds_the_checkout(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "inner").symlink_to(checkout / "watchfloor")
    (tmp_path / "outer").symlink_to("inner")
    done = launch(tmp_path / "outer", "x")

    assert done.stdout.startswith("['x']")


def test_the_environment_is_made_once_and_again_when_the_lock_changes(checkout: Path) -> None:
    launch(checkout / "watchfloor")
    second = launch(checkout / "watchfloor")
    (checkout / "requirements" / "runtime.lock").write_text("# nothing new\n")
    changed = launch(checkout / "watchfloor")

    assert second.stderr == ""
    assert "making the environment" in changed.stderr


def test_the_test_extras_are_installed_for_test_only(checkout: Path) -> None:
    launch(checkout / "watchfloor", "up")
    before = (checkout / ".venv" / ".installed-test.lock").exists()
    launch(checkout / "watchfloor", "test")

    assert not before
    assert (checkout / ".venv" / ".installed-test.lock").exists()


def test_two_first_runs_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path)
    environment = {"PATH": ENOUGH, "HOME": str(tmp_path), "WATCHFLOOR_PYTHON": sys.executable}
    both = [
        subprocess.Popen(
            [checkout / "watchfloor", "x"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120) for process in both]

    assert [out.split()[0] for out, _ in told] == ["['x']"] * 2
    assert sum("making the environment" in err for _, err in told) == 1


@pytest.fixture
def shims(tmp_path: Path) -> Path:
    """A PATH whose newest Pythons exist and fail, as pyenv's do for versions not chosen."""
    folder = tmp_path / "shims"
    folder.mkdir()
    for name in ("python3.13", "python3.12", "python3.11", "python3"):
        executable(folder / name, "echo 'pyenv: command not found' >&2; exit 127")
    for name in ("sh", "basename", "cat", "cksum", "dirname", "id", "mkdir", "readlink", "rm"):
        (folder / name).symlink_to(Path("/bin") / name)
    return folder


def test_pythons_that_do_not_run_are_passed_over(tmp_path: Path, shims: Path) -> None:
    checkout = make_checkout(tmp_path)
    (shims / "python3").unlink()
    (shims / "python3").symlink_to(sys.executable)
    done = launch(checkout / "watchfloor", "x", path=str(shims), WATCHFLOOR_PYTHON="")

    assert done.stdout.startswith("['x']"), done.stderr


def test_without_a_python_it_says_what_to_do(tmp_path: Path, shims: Path) -> None:
    checkout = make_checkout(tmp_path)
    done = launch(checkout / "watchfloor", "x", path=str(shims), WATCHFLOOR_PYTHON="")

    assert done.returncode == 2
    assert done.stderr.startswith("watchfloor: Python 3.11, 3.12 or 3.13 is needed")
    assert done.stderr.count("\n") == 1


def test_where_the_venv_module_is_missing_it_says_what_cures_it(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path)
    tools = tmp_path / "tools"
    tools.mkdir()
    executable(tools / "apt-get", f'echo "$@" >> "{tmp_path}/apt"')
    bare = executable(
        tools / "bare-python",
        f'case "$2" in *ensurepip*) exit 1;; esac; exec "{sys.executable}" "$@"',
    )
    path = f"{tools}:{ENOUGH}"
    done = launch(checkout / "watchfloor", "x", path=path, WATCHFLOOR_PYTHON=str(bare))

    assert done.returncode == 2
    assert "As root run: apt-get install -y python3-venv" in done.stderr
    if os.geteuid() == 0:
        assert (tmp_path / "apt").read_text().splitlines()[1] == "install -y python3-venv"


def test_uv_is_used_when_there(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path)
    tools = tmp_path / "tools"
    tools.mkdir()
    notes = tmp_path / "notes"
    executable(
        tools / "uv",
        f'echo "$1 $2" >> "{notes}"\n'
        f'[ "$1" != venv ] || exec "{sys.executable}" -m venv --without-pip "{checkout}/.venv"',
    )
    done = launch(checkout / "watchfloor", "x", path=f"{tools}:{ENOUGH}")

    assert done.stdout.startswith("['x']")
    assert notes.read_text().splitlines() == ["venv --quiet", "pip install"]


def test_an_install_that_fails_is_tried_again_next_time(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path)
    lock = checkout / "requirements" / "runtime.lock"
    lock.write_text("./no-such-folder --hash=sha256:00\n")
    failed = launch(checkout / "watchfloor", "x")
    lock.write_text("# nothing\n")
    again = launch(checkout / "watchfloor", "x")

    assert failed.returncode == 2
    assert again.stdout.startswith("['x']")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become somebody else")
def test_who_may_not_write_the_checkout_gets_an_environment_elsewhere(folder: Path) -> None:
    folder.chmod(0o755)
    checkout = make_checkout(folder)
    cache = folder / "cache"
    cache.mkdir()
    shutil.chown(cache, "nobody")
    done = subprocess.run(
        [checkout / "watchfloor", "x"],
        user="nobody",
        env={"PATH": ENOUGH, "HOME": "/nonexistent", "XDG_CACHE_HOME": str(cache)},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.stdout.startswith("['x']"), done.stderr
    assert not (checkout / ".venv").exists()
