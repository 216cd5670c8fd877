"""Plays the night shift in a small process of its own, told by the environment where and how."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from watchfloor.aiops.types import Seconds
from watchfloor.demo.diary import Diary
from watchfloor.demo.floor import Away, Floor, Refused
from watchfloor.demo.story import Night, missed
from watchfloor.demo.world import make_world

URL = "WATCHFLOOR_DEMO_URL"
INGEST_KEY = "WATCHFLOOR_DEMO_INGEST_KEY"
ADMIN_KEY = "WATCHFLOOR_DEMO_ADMIN_KEY"
FILE = "WATCHFLOOR_DEMO_DIARY"
ONCE = "WATCHFLOOR_DEMO_ONCE"
KEY_ENDED = (401, 403)
NIGHT: Seconds = 8 * 3600.0


def environment(
    *, url: str, ingest_key: str, admin_key: str, diary: Path, once: bool
) -> dict[str, str]:
    """Return what `main` is told by."""
    told = {URL: url, INGEST_KEY: ingest_key, ADMIN_KEY: admin_key, FILE: str(diary)}
    return told | ({ONCE: "1"} if once else {})


def main() -> int:
    """Return 0 when the night was taken away or, played once, was as it should be."""
    file = Path(os.environ[FILE])
    floor = Floor(
        os.environ[URL], ingest_key=os.environ[INGEST_KEY], admin_key=os.environ[ADMIN_KEY]
    )
    diary = _diary(file, time.time())  # noqa: TID251 - the process begins here
    night = Night(floor, make_world(), diary, file, time.time, _tell)  # noqa: TID251
    try:
        return _play(night)
    except Refused as refused:
        _tell(f"the night ends: {refused}")
        return 0 if refused.status in KEY_ENDED else 1
    except Away as away:
        _tell(str(away))
        return 1
    finally:
        floor.close()


def _play(night: Night) -> int:
    if not night.is_told():
        night.begin()
        night.play()
    late = missed(night.diary)
    for moment in late:
        _tell(f"{moment.clock}  {moment.id} was not seen within {moment.deadline:.0f} s")
    if ONCE not in os.environ:
        night.run_free()
    return 1 if late else 0


def _diary(file: Path, now: Seconds) -> Diary:
    """Return tonight's diary; one of a night long past is put away and a new night begins."""
    diary = Diary.read(file)
    if diary is None or now - diary.started_at > NIGHT:
        diary = Diary(seed=int(now), started_at=now)
        diary.write(file)
    return diary


def _tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
