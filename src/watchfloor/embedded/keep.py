"""Files that are whole or absent, readable by us alone."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace `path` by a file with mode 0600 that holds `text`, in one step."""
    _unfinished(path, text).replace(path)


def kept(path: Path, make: Callable[[], str]) -> str:
    """Return what `path` holds, made at the first call; of several at once one is the first."""
    if not path.exists():
        unfinished = _unfinished(path, make())
        try:
            # A link fails where a rename would replace what another process has kept and used.
            with suppress(FileExistsError):
                path.hardlink_to(unfinished)
        finally:
            unfinished.unlink()
    return path.read_text()


def make_folder(path: Path, mode: int) -> None:
    """Make `path` with exactly `mode`, whatever the umask; an existing folder keeps its own."""
    if not path.exists():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)


def _unfinished(path: Path, text: str) -> Path:
    """Write `text` beside `path`, onto the disk, and return where."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return unfinished
