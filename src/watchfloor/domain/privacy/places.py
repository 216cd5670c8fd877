"""What places and things are called: words that are theirs, though persons bear them too."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Client, Site
from watchfloor.domain.posts.models import Post
from watchfloor.domain.tours.models import Checkpoint, Route
from watchfloor.domain.work.models import Asset

_CONFIRMED = (Client, Site, Device)
_WRITTEN = (Post, Checkpoint, Route, Asset)


def names_of_places() -> Iterator[str]:
    """Yield names and codes, but for what only a sender named: that may be anybody."""
    confirmed = (model.objects.filter(is_verified=True) for model in _CONFIRMED)
    written = (model.objects.all() for model in _WRITTEN)
    for rows in (*confirmed, *written):
        for words in rows.values_list("name", "code"):
            yield from words
