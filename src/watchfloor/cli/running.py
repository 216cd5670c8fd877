"""What a running floor says of itself in its home."""

import json

from watchfloor.embedded.home import Home


def running_url(home: Home) -> str | None:
    """Return where the floor that runs in `home` answers; None if none is ready there."""
    try:
        url: str = json.loads(home.running.read_text())["url"]
    except (FileNotFoundError, NotADirectoryError):
        return None
    return url
