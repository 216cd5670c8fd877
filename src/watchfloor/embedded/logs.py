"""Log files of the parts: each part appends to its own, we keep them small."""

import shutil
from pathlib import Path

LARGEST = 10 * 1024 * 1024
COPIES = 3


def rotate(folder: Path, *, largest: int = LARGEST) -> None:
    """Move the content of every log over `largest` bytes to NAME.1, the older ones one further.

    The file itself is emptied, not replaced: whoever appends to it goes on in the same file. A
    line written between copy and emptying is lost, which is the price of needing no pipe.
    """
    for log in folder.glob("*.log"):
        if log.stat().st_size > largest:
            _shift(log)
            shutil.copyfile(log, _copy(log, 1))
            log.open("w").close()


def _shift(log: Path) -> None:
    for number in range(COPIES, 1, -1):
        older = _copy(log, number - 1)
        if older.exists():
            older.replace(_copy(log, number))


def _copy(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
