"""Trained models as the page tells them: what each did on later data, and which one is heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from watchfloor.aiops.training.gate import Gate, Side
from watchfloor.noc.clustering import advising
from watchfloor.platform.modelstore import services as modelstore
from watchfloor.platform.modelstore.models import ModelVersion, Stage

LISTED = 20
_MEASURES = {"f1_tol": "F1 against people's labels", "pair_f1": "F1 of the pairs that are known"}
_OUTDATED = "it looks at other features than this version does: train again"
_STAGES = {Stage.CANDIDATE: "never", Stage.LIVE: "now", Stage.RETIRED: "earlier"}


@dataclass(frozen=True, slots=True)
class Figure:
    """What the rules alone came to on later data, and what came of it with the model."""

    name: str
    rules: str
    advised: str


@dataclass(frozen=True, slots=True)
class Shown:
    id: UUID
    name: str
    """The beginning of its checksum."""
    made_at: datetime
    figures: list[Figure]
    reasons: tuple[str, ...]
    """Why it stays out; empty if it may be heard."""
    heard: str
    heard_since: datetime | None
    may_promote: bool

    @property
    def is_live(self) -> bool:
        return self.heard == _STAGES[Stage.LIVE]


def models() -> list[Shown]:
    """Return the link models of the tenant in scope, the newest first."""
    return [_shown(row) for row in modelstore.versions(advising.KIND)[:LISTED]]


def _shown(row: ModelVersion) -> Shown:
    gate = _gate(row)
    fits = advising.looks_at_the_same(row)
    return Shown(
        id=row.pk,
        name=row.sha256[:12],
        made_at=row.created_at,
        figures=_figures(gate) if gate else [],
        reasons=(*_against(gate), *(() if fits else (_OUTDATED,))),
        heard=_STAGES[Stage(row.stage)] if fits else "not by this version",
        heard_since=row.promoted_at,
        may_promote=row.stage != Stage.LIVE and fits and not _against(gate),
    )


def _against(gate: Gate | None) -> tuple[str, ...]:
    return gate.reasons if gate else ("nothing says that it beat the rules alone",)


def _gate(row: ModelVersion) -> Gate | None:
    """Return the gate's figures; None where the card has none that this version can read."""
    try:
        return msgspec.convert(row.card.get("gate"), Gate)
    except msgspec.ValidationError:
        return None


def _figures(gate: Gate) -> list[Figure]:
    measure = _MEASURES.get(gate.measure, gate.measure)
    found = [Figure(measure, f"{gate.rules.f1:.3f}", f"{gate.adviser.f1:.3f}")]
    found += [_count(gate, "incidents", "tickets"), _count(gate, "placed by it", "advised")]
    if gate.measure == "f1_tol":
        found += [_count(gate, "for nothing", "noise_tickets"), _count(gate, "hidden", "hidden")]
    return found


def _count(gate: Gate, name: str, column: str) -> Figure:
    return Figure(name, _value(gate.rules, column), _value(gate.adviser, column))


def _value(side: Side, column: str) -> str:
    return str(getattr(side, column))
