"""Record what was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from watchfloor.aiops.operation.events import Change as ChangeEvent
from watchfloor.domain.changes.models import Change, ChangeKind
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.org.changed import Changed
from watchfloor.domain.org.models import Site
from watchfloor.platform.moments import moment

_SPELLINGS: Mapping[str, ChangeKind] = {
    "CONFIG": ChangeKind.CONFIGURATION,
    "DEPLOYMENT": ChangeKind.RELEASE,
    "ROLLOUT": ChangeKind.RELEASE,
    "SHIFT": ChangeKind.ROSTER,
}


def record_changes(happenings: Sequence[Happening], now: datetime) -> None:
    """Write the changes; one that came before stays as it was told first."""
    told = [(one, one.event) for one in happenings if isinstance(one.event, ChangeEvent)]
    sites = {one.site_id for one, _ in told if one.site_id}
    clients = dict(Site.objects.filter(pk__in=sites).values_list("id", "client_id"))
    Change.objects.bulk_create(
        [_row(one, event, clients) for one, event in told], ignore_conflicts=True
    )


def keep(changes: Sequence[Changed]) -> None:
    """Write changes that the floor itself saw, each once."""
    rows = [
        Change(
            id=one.id, kind=kind_of(one.kind), said=one.kind, at=one.at, text=one.text,
            client_id=one.client_id, site_id=one.site_id, device=one.device, person=one.person,
        )
        for one in changes
    ]  # fmt: skip
    Change.objects.bulk_create(rows, ignore_conflicts=True)


def kind_of(said: str) -> ChangeKind:
    """Return what a sender's word means.

    >>> kind_of("config"), kind_of("Firmware"), kind_of("tea")
    (ChangeKind.CONFIGURATION, ChangeKind.FIRMWARE, ChangeKind.OTHER)
    """
    word = said.strip().upper()
    if word in ChangeKind.values:
        return ChangeKind(word)
    return _SPELLINGS.get(word, ChangeKind.OTHER)


def _row(one: Happening, event: ChangeEvent, clients: Mapping[UUID, UUID | None]) -> Change:
    client_id = one.client_id or (clients.get(one.site_id) if one.site_id else None)
    return Change(
        id=UUID(one.event_id),
        kind=kind_of(event.kind),
        said=event.kind,
        at=moment(one.at),
        text=event.text,
        client_id=client_id,
        site_id=one.site_id,
        device=event.device,
        person=event.person,
    )
