"""The rows of the sources' rhythms, and a person's word on when a source is silent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from django.db import transaction

from watchfloor.aiops.alerts.rhythm import Rhythm
from watchfloor.noc.intake import services as intake
from watchfloor.noc.rhythm import telling
from watchfloor.noc.rhythm.models import LimitBy, SourceRhythm
from watchfloor.noc.rhythm.telling import Keys
from watchfloor.platform.accounts.models import ApiKey, Integration
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid, NotFound

SHORTEST, LONGEST = 2, 60 * 24 * 31


def begun(source: Integration, now: datetime) -> SourceRhythm:
    """Return the row, unsaved, of a source that is listened to from now on."""
    learnt = msgspec.msgpack.encode(Rhythm.begin(now.timestamp()))
    return SourceRhythm(integration=source, learnt=learnt, looked_at=now)


def ensure_rows(now: datetime) -> list[SourceRhythm]:
    """Return the rows of all sources of the tenant, locked; make those that are missing."""
    new = Integration.objects.filter(rhythm=None)
    SourceRhythm.objects.bulk_create((begun(one, now) for one in new), ignore_conflicts=True)
    rows = SourceRhythm.objects.select_related("integration").select_for_update(of=("self",))
    return list(rows.order_by("integration_id"))


@transaction.atomic
def set_limit(
    number: int, limit_by: LimitBy, *, minutes: int | None = None, by: Actor, now: datetime
) -> SourceRhythm:
    """Set who says when the source is silent. A silence that was told by another rule is over.

    Raises: NotFound, Invalid.
    """
    if limit_by == LimitBy.FIXED and not SHORTEST <= (minutes or 0) <= LONGEST:
        raise Invalid(
            "A limit set by hand is in minutes.", fields={"minutes": f"{SHORTEST} to {LONGEST}"}
        )
    row = next((one for one in ensure_rows(now) if one.integration_id == number), None)
    if row is None:
        raise NotFound("There is no such integration.")
    before = _shown(row)
    row.limit_by, row.minutes = limit_by, minutes if limit_by == LimitBy.FIXED else None
    if _shown(row) == before:
        return row
    if row.silent_since is not None:
        row.silent_since = None
        intake.put([telling.over(row.integration, living_keys().get(number, Keys()), now)])
    row.save(update_fields=["limit_by", "minutes", "silent_since"])
    audit.record(
        by, "source.limit_set", "integration", number, at=now, before=before, after=_shown(row)
    )
    return row


def living_keys() -> Mapping[int, Keys]:
    """Return, by integration, what the keys say with which it can send; none for who cannot."""
    rows = ApiKey.objects.filter(revoked_at=None, scopes__contains=["ingest"])
    bounds: dict[int, list[tuple[list[str], list[str]]]] = {}
    for number, clients, sites in rows.values_list("integration_id", "clients", "sites"):
        bounds.setdefault(number, []).append((clients, sites))
    return {
        number: Keys(_only([one for one, _ in found]), _only([one for _, one in found]))
        for number, found in bounds.items()
    }


def _only(names: list[list[str]]) -> str:
    """Return the name that all keys are bound to, and nothing else; else nothing."""
    first = names[0]
    return first[0] if len(first) == 1 and all(one == first for one in names) else ""


def _shown(row: SourceRhythm) -> dict[str, object]:
    return {"limit_by": row.limit_by, "minutes": row.minutes}
