"""The specification's own test: a hundred alerts that belong together, among others that do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from watchfloor.bench.grouping.answers import ours
from watchfloor.bench.grouping.company import Company, Town, make_company
from watchfloor.bench.grouping.labelled import (
    BEGIN,
    DAY,
    HOUR,
    MINUTE,
    NOISE,
    Labelled,
    Teller,
    incident,
    poisson,
)
from watchfloor.bench.grouping.scores import Bar, row
from watchfloor.bench.results import Row

ALERTS = 100
SEEDS = 5
STRANGERS = ("DOOR_AJAR", "TOUR_LATE", "PRINTER_JAM", "BATTERY_AGED")
SIGNS = ("OUT_OF_REACH", "PICTURE_LOST", "VOLTAGE_LOW")


@dataclass(frozen=True, slots=True)
class Together:
    """How a hundred related alerts were grouped."""

    clusters: int
    purity: float
    """Of the reports in those clusters, the share that are of the cluster's main cause."""


def related(seed: int, causes: int) -> Labelled:
    """Return a day of strangers with a hundred alerts of so many causes in it, one site each.

    The causes begin minutes apart: two in one town in one second are one event to anybody.
    """
    rng = Random(f"related/{causes}/{seed}")  # noqa: S311 - no secret is made of it
    tell = Teller(rng, f"related-{seed}", late=0.0)
    company = make_company(rng, [Town(0, 0, 20, 30)], devices=(120, 140))
    ill = rng.sample(company.sites, causes)
    at = BEGIN + 14 * HOUR
    for number, site in enumerate(ill):
        at += rng.uniform(5, 9) * MINUTE
        cause = incident(f"cause-{number}")
        for device in rng.sample(site.devices, ALERTS // causes):
            moment = at + rng.expovariate(1 / 20)
            tell.say(moment, site.subject(device), rng.choice(SIGNS), cause)
    _strangers(tell, company, {site.id for site in ill})
    return Labelled(f"{causes} causes, seed {seed}", tell.told(), {"": company.inventory()})


def _strangers(tell: Teller, company: Company, ill: set[str]) -> None:
    others = [site for site in company.sites if site.id not in ill]
    for at in poisson(tell.rng, BEGIN, BEGIN + DAY, 20 * MINUTE):
        site = tell.rng.choice(others)
        subject = site.subject(tell.rng.choice(site.devices))
        tell.say(at, subject, tell.rng.choice(STRANGERS), NOISE)


def grouped(stream: Labelled) -> Together:
    names = ours(stream).final
    clusters: dict[str, list[str]] = {}
    for name, truth in zip(names, stream.truth, strict=True):
        clusters.setdefault(name, []).append(truth.step)
    true = [steps for steps in clusters.values() if any(steps)]
    right = sum(max(steps.count(step) for step in set(steps) if step) for steps in true)
    return Together(len(true), right / sum(map(len, true)))


def measure(causes: int) -> list[Together]:
    return [grouped(related(seed, causes)) for seed in range(SEEDS)]


def rows() -> list[Row]:
    return [*_rows(1, measure(1)), *_rows(10, measure(10))]


def _rows(causes: int, found: Sequence[Together]) -> Iterator[Row]:
    what = "100 alerts of one cause" if causes == 1 else f"100 alerts of {causes} causes"
    clusters = Bar(worst=10, worst_aim=causes, is_most=True)
    yield row(f"{what}: clusters", [one.clusters for one in found], clusters, "{:g}".format)
    pure = Bar(worst=1, worst_aim=1)
    yield row(f"{what}: purity", [one.purity for one in found], pure, "{:.3f}".format)
    each = [ALERTS / one.clusters for one in found]
    ratio = Bar(worst=10, worst_aim=ALERTS / causes)
    yield row(f"{what}: alerts in a shown incident", each, ratio, "{:.1f}".format)
