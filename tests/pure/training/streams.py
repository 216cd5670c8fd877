"""An estate with an attendant who answers: faults that spread by ways the rules do not know."""

from __future__ import annotations

import random

from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.correlation.vicinity import Position
from watchfloor.aiops.types import Severity, Signal

BEGIN = 1_767_571_200.0
DAY = 86_400.0


def estate(
    days: int = 12, seed: int = 1, *, chatty: float = 1.0
) -> tuple[list[ReportView], dict[str, str]]:
    """Return reports and the incident of each report, "" for nothing.

    A leak is told by things of one site, minutes apart and in like words; in between, things of the
    same sites say in other words what is nothing.
    """
    draw = random.Random(seed)  # noqa: S311
    told: list[tuple[ReportView, str]] = []
    for day in range(days):
        for site in range(6):
            for hour in draw.sample(range(1, 23), 3):
                at = BEGIN + day * DAY + hour * 3600.0 + draw.uniform(0, 900)
                name = f"leak-{day}-{site}-{hour}"
                for n in range(draw.randint(2, 4)):
                    told.append((_leak(at, day, site, hour, n), name))
                    at += draw.uniform(400, 900)
            for hour in range(24):
                if draw.random() < 0.7 * chatty:
                    at = BEGIN + day * DAY + hour * 3600.0 + draw.uniform(0, 3600)
                    told.append((_nothing(at, site, draw), ""))
    told.sort(key=lambda pair: pair[0].at)
    return [view for view, _ in told], {view.report_id: name for view, name in told}


def gales(days: int = 12, seed: int = 1) -> tuple[list[ReportView], dict[str, str]]:
    """Return reports and the incident of each: gales over two towns on one line, at times at once.

    Nothing but where a site lies tells one town's gale from the other's.
    """
    draw = random.Random(seed)  # noqa: S311
    told: list[tuple[ReportView, str]] = []
    for day in range(days):
        for hour in draw.sample(range(1, 23, 2), 8):
            for town in draw.choice([(0,), (1,), (0, 1)]):
                at = BEGIN + day * DAY + hour * 3600.0 + draw.uniform(0, 900)
                for n in draw.sample(range(5), 4):
                    told.append((_sway(at, town, n, f"{day}-{hour}"), f"gale-{town}-{day}-{hour}"))
                    at += draw.uniform(400, 900)
    told.sort(key=lambda pair: pair[0].at)
    return [view for view, _ in told], {view.report_id: name for view, name in told}


def _sway(at: float, town: int, n: int, life: str) -> ReportView:
    return _view(at, f"t{town}-{n}", f"t{town}-{n}-mast-{life}", f"SWAY_{n}", "", life=life,
                 domains=("line",), position=(50.0 + town, 8.0 + 0.02 * n))  # fmt: skip


def _leak(at: float, day: int, site: int, hour: int, n: int) -> ReportView:
    return _view(at, f"s{site}", f"s{site}-valve-{n}", f"WET_{n}",
                 f"water under the raised floor near valve {n}", life=f"{day}-{hour}")  # fmt: skip


def _nothing(at: float, site: int, draw: random.Random) -> ReportView:
    thing = draw.randrange(400)
    words = draw.sample(["badge", "retry", "visitor", "lamp", "test", "clean", "door"], 3)
    return _view(at, f"s{site}", f"s{site}-reader-{thing}", f"NOTE_{thing % 9}",
                 " ".join(words), life=f"{at:.0f}")  # fmt: skip


def _view(
    at: float,
    site: str,
    entity: str,
    alert_type: str,
    message: str,
    *,
    life: str,
    domains: tuple[str, ...] = (),
    position: Position | None = None,
) -> ReportView:
    return ReportView(
        report_id=f"{entity}/{at:.0f}",
        alert_id=f"{alert_type}@{entity}#{life}",
        at=at,
        signal=Signal.FIRING,
        alert_type=alert_type,
        severity=Severity.HIGH,
        entity=entity,
        site=site,
        domains=(site, *domains),
        position=position,
        message=message,
        expires_at=at + 3 * 3600.0,
    )
