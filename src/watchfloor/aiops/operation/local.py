"""The clock on the wall of a site."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.types import Seconds


def local_time(at: Seconds, site: str, directory: Directory) -> datetime:
    """Return the site's own time; UTC for a site that nobody knows."""
    ref = directory.sites.get(site)
    return datetime.fromtimestamp(at, ZoneInfo(ref.time_zone if ref else "UTC"))
