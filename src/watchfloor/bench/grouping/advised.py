"""What a learned adviser brings: trained on the first part of a stream, judged on the last.

As `watchfloor train clustering` does it. Operators' words are made from the truth of each report,
as if every incident had been handled and named; weak labels come of what alerts did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import SetAdviser
from watchfloor.aiops.clustering.learned import LearnedModel
from watchfloor.aiops.ml.artifact import Artifact
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.training.hearing import views
from watchfloor.aiops.training.train import TooFewLabels, Trained, train
from watchfloor.bench.grouping.labelled import Labelled
from watchfloor.bench.grouping.pace import all_new, rate
from watchfloor.bench.results import Row

NOT_SAID = "not trained"
NOTE = (
    "Fitted and calibrated on the first three quarters of each stream, judged on the last. The"
    " words of operators are made of the truth, as if each incident had been handled and named."
)
_LEAST_PACE = 1_500.0
_AIM_PACE = 5_000.0


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one tenant's stream. `trained` is None where there was too little to learn."""

    name: str
    trained: Trained | None
    why: str = ""

    @property
    def is_worse(self) -> bool:
        """Whether the gate let through what is worse by its own measure."""
        gate = self.trained.gate if self.trained else None
        return gate is not None and gate.passes and gate.adviser.f1 < gate.rules.f1


def measure(streams: Iterable[Labelled]) -> Iterator[Found]:
    """Yield what training makes of each tenant of each stream, with operators' words."""
    for stream in streams:
        for tenant in sorted({told.tenant for told in stream.told}):
            yield _trained(f"{stream.name} {tenant}".strip(), stream, tenant)


def _trained(name: str, stream: Labelled, tenant: str) -> Found:
    own = [told for told in stream.told if told.tenant == tenant]
    core = AlertStream(inventory=stream.inventories.get(tenant))
    labels = {
        told.report.event_id: told.truth.campaign
        for told in own
        if told.truth.is_noise or told.truth.campaign
    }
    heard = list(views(core, ((told.report, "") for told in own)))
    try:
        return Found(name, train(heard, labels=labels))
    except TooFewLabels as error:
        return Found(name, None, str(error))


def pace(artifact: Artifact, *, is_quick: bool = False) -> float:
    """Return all-new reports a second of processor while the model advises."""
    clusterer = OnlineClusterer(advisers=lambda _: LearnedModel(artifact))
    clusterer.apply(SetAdviser(artifact.sha256))
    stream = AlertStream(clusterer=clusterer)
    return rate(list(all_new(6_000 if is_quick else 20_000)), stream)


def line(found: Found) -> str:
    if found.trained is None:
        return f"{found.name}: {NOT_SAID}: {found.why}"
    gate = found.trained.gate
    return (
        f"{found.name}: {gate.measure} {gate.rules.f1:.4f} by rules, {gate.adviser.f1:.4f} advised,"
        f" {gate.adviser.advised} placed; tickets {gate.rules.tickets} and {gate.adviser.tickets},"
        f" for nothing {gate.rules.noise_tickets} and {gate.adviser.noise_tickets}; hidden"
        f" {gate.rules.hidden} and {gate.adviser.hidden}; {_verdict(found)}"
    )


def rows(found: Sequence[Found], speed: float | None) -> list[Row]:
    shown = [
        Row(f"{one.name}: F1 on later data by the rules alone, and advised", _f1(one), ok=_ok(one))
        for one in found
    ]
    shown += [Row(f"{one.name}: what the gate decided", _verdict(one)) for one in found]
    if speed is not None:
        shown.append(
            Row("all-new alerts, advised: reports a second of processor", f"{speed:,.0f}",
                f"{_LEAST_PACE:,.0f}", f"{_AIM_PACE:,.0f}", speed >= _LEAST_PACE)
        )  # fmt: skip
    return shown


def _ok(found: Found) -> bool | None:
    return None if found.trained is None else not found.is_worse


def _f1(found: Found) -> str:
    if found.trained is None:
        return NOT_SAID
    gate = found.trained.gate
    return f"{gate.rules.f1:.3f} and {gate.adviser.f1:.3f}"


def _verdict(found: Found) -> str:
    if found.trained is None:
        return found.why
    gate = found.trained.gate
    return "it advises" if gate.passes else "it stays out: " + "; ".join(gate.reasons)
