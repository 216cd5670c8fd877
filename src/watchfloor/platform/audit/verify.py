"""Is a tenant's trail unaltered? Names the first row that does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchfloor.platform.audit import anchors, chain
from watchfloor.platform.audit.models import AuditRow, AuditSeal
from watchfloor.platform.audit.moments import age_seconds
from watchfloor.platform.tenancy.context import require_tenant_id

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first place where the chain breaks. `row_id` is None where the row itself is gone."""

    sequence: int
    row_id: UUID | None
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """`anchored` is the newest sequence known outside the database, None where none is."""

    sealed: int
    unsealed: int
    unsealed_seconds: float
    anchored: int | None
    flaw: Flaw | None

    @property
    def is_intact(self) -> bool:
        return self.flaw is None


def verify(now: datetime) -> Report:
    """Recompute the chain of the tenant in scope. Cost: linear in its rows."""
    tenant_id = require_tenant_id()
    anchor = anchors.read(tenant_id)
    walk = _Walk(anchor)
    flaw = walk.first_flaw(_seals())
    unsealed = AuditRow.objects.filter(seal=None)
    oldest = unsealed.order_by("id").values_list("id", flat=True).first()
    return Report(
        sealed=walk.sequence,
        unsealed=unsealed.count(),
        unsealed_seconds=0.0 if oldest is None else age_seconds(oldest, now),
        anchored=anchor.sequence if anchor else None,
        flaw=flaw,
    )


def _seals() -> Iterator[AuditSeal]:
    seals = AuditSeal.objects.select_related("row").order_by("sequence")
    return seals.iterator(chunk_size=CHUNK)


class _Walk:
    """One pass along the chain."""

    def __init__(self, anchor: anchors.Anchor | None) -> None:
        self._anchor = anchor
        self._previous = chain.BEFORE_THE_FIRST
        self.sequence = 0

    def first_flaw(self, seals: Iterator[AuditSeal]) -> Flaw | None:
        for seal in seals:
            if flaw := self._flaw(seal):
                return flaw
            self.sequence, self._previous = seal.sequence, bytes(seal.digest)
        if self._anchor and self.sequence < self._anchor.sequence:
            return Flaw(self.sequence + 1, None, "the end of the trail was cut off")
        return None

    def _flaw(self, seal: AuditSeal) -> Flaw | None:
        expected = self.sequence + 1
        if seal.sequence != expected:
            return Flaw(expected, None, "a row is missing")
        if bytes(seal.digest) != chain.digest(seal.row, expected, self._previous):
            return Flaw(expected, seal.row.pk, "the row was altered, or is not in its place")
        if self._anchor and expected == self._anchor.sequence:
            return self._against(self._anchor, seal)
        return None

    def _against(self, anchor: anchors.Anchor, seal: AuditSeal) -> Flaw | None:
        if bytes(seal.digest).hex() == anchor.digest:
            return None
        return Flaw(seal.sequence, seal.row.pk, "the chain is not the one anchored outside")
