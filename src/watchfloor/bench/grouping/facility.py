"""Recorded runs of guarded estates: how well clusters stand for what really went wrong."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from watchfloor.aiops.alerts.announced import windows_of
from watchfloor.aiops.alerts.reading import parse_severity, parse_timestamp
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.alerts.suppression import MaintenanceWindow
from watchfloor.aiops.correlation.topology import Inventory, load_inventory
from watchfloor.aiops.evaluation.clusters import Truth
from watchfloor.aiops.evaluation.incidents import IncidentReport, evaluate_incidents
from watchfloor.aiops.types import LIFE_SAFETY_TYPES, Signal, canonical_type
from watchfloor.bench.grouping.answers import Answer
from watchfloor.bench.grouping.labelled import REHEARSED_AT, Labelled, Told
from watchfloor.bench.grouping.scores import Bar, row
from watchfloor.bench.results import Row

RUNS = "facility_runs"
TOP = 0.1
"""The share of incidents whose impact is held to be the highest."""

CROSSING = (
    "A file holds two tenants, whose clusters never mix. Its truth does: an outage that struck both"
    " is one incident, so over a whole file not even perfect grouping reaches the bar."
)


@dataclass(frozen=True)
class Run:
    stream: Labelled
    impact: Mapping[str, float]
    """An hour, by incident."""
    windows: Sequence[MaintenanceWindow] = ()
    announced: frozenset[str] = frozenset()
    """Incidents that are work which was announced: they must page nobody."""


@dataclass(frozen=True)
class Found:
    """How one run was grouped; `worst_hidden` are those that must not be."""

    name: str
    final: IncidentReport
    applied: IncidentReport
    worst_hidden: tuple[str, ...]
    tenants: tuple[IncidentReport, ...]
    """Of each tenant's reports by themselves."""
    tenants_applied: tuple[IncidentReport, ...]
    most_ari: float
    """What the truth itself scores over the whole file once it is cut at tenants, as clusters are:
    an outage that struck two tenants is one incident there."""

    @property
    def tenants_ari(self) -> float:
        """Return the mean over tenants, by their reports."""
        return sum(one.ari * one.reports for one in self.tenants) / self.final.reports


def runs(data: Path) -> Iterator[Run]:
    """Yield each recorded run with its topology."""
    for folder in sorted((data / RUNS).glob("run*")):
        world = json.loads(_text(folder / "world.json"))
        truth = {
            row["id"]: row["incident"] for row in _rows(folder / "truth" / "alert_truth.jsonl")
        }
        alerts = sorted(_rows(folder / "alerts.jsonl"), key=_arrived)
        told = [_told(alert, truth[alert["id"]]) for alert in alerts]
        tenants = {one.tenant: _inventory(world, one.tenant) for one in told}
        incidents = list(_rows(folder / "truth" / "incidents.jsonl"))
        yield Run(
            Labelled(folder.name, told, tenants),
            {row["incident_id"]: float(row["impact_per_hour"]) for row in incidents},
            windows_of(world),
            frozenset(row["incident_id"] for row in incidents if row["kind"] == "MAINTENANCE"),
        )


def score(run: Run, answer: Answer) -> Found:
    incidents = [told.truth.step for told in run.stream.told]
    final = evaluate_incidents(incidents, answer.final)
    return Found(
        run.stream.name,
        final,
        evaluate_incidents(incidents, answer.applied),
        tuple(sorted(set(final.hidden) & _worst(run))),
        tuple(_each_tenant(run, incidents, answer.final)),
        tuple(_each_tenant(run, incidents, answer.applied)),
        evaluate_incidents(incidents, _cut_at_tenants(run)).ari,
    )


def _each_tenant(
    run: Run, incidents: Sequence[str], clusters: Sequence[str]
) -> Iterator[IncidentReport]:
    tenants = [told.tenant for told in run.stream.told]
    for name in sorted(set(tenants)):
        own = [n for n, tenant in enumerate(tenants) if tenant == name]
        yield evaluate_incidents([incidents[n] for n in own], [clusters[n] for n in own])


def _cut_at_tenants(run: Run) -> list[str]:
    """Return a perfect grouping that never crosses tenants; noise is alone."""
    return [
        f"{told.tenant}:{told.truth.step or f'noise {number}'}"
        for number, told in enumerate(run.stream.told)
    ]


def _worst(run: Run) -> set[str]:
    """Return incidents with a person in danger, and the tenth with the highest impact."""
    told = run.stream.told
    in_danger = {
        one.truth.step for one in told if canonical_type(one.truth.type) in LIFE_SAFETY_TYPES
    } - {""}
    incidents = sorted({one.truth.step for one in told if one.truth.step})
    incidents.sort(key=lambda name: -run.impact.get(name, 0.0))
    return in_danger | set(incidents[: round(len(incidents) * TOP)])


def rows(known: Sequence[Found], unknown: Sequence[Found]) -> list[Row]:
    """Return the figures with topology and without, each as mean and worst of the runs."""
    return [
        *_rows_of(known, "", Bar(worst=0.85, worst_aim=0.97)),
        *_rows_of(unknown, ", no topology", Bar(worst=0.60, worst_aim=0.90)),
    ]


def _rows_of(found: Sequence[Found], suffix: str, ari: Bar) -> list[Row]:
    final = [one.final for one in found]
    tenants = [one.ari for f in found for one in f.tenants]
    return [
        row(f"ARI of each tenant{suffix}", tenants, ari, "{:.3f}".format),
        row(f"ARI of each tenant as applied{suffix}",
            [one.ari for f in found for one in f.tenants_applied], ari, "{:.3f}".format),
        row(f"ARI of each tenant by its reports, a file{suffix}",
            [f.tenants_ari for f in found], ari, "{:.3f}".format),
        row(f"ARI of a whole file{suffix}", [f.ari for f in final], ari, "{:.3f}".format),
        row(f"ARI of a whole file as applied{suffix}", [f.applied.ari for f in found], ari,
            "{:.3f}".format),
        row(f"ARI of a whole file that perfect grouping within tenants would have{suffix}",
            [f.most_ari for f in found], Bar(), "{:.3f}".format),
        row(f"hidden incidents{suffix}", [f.hidden_share for f in final],
            Bar(worst=0.05, worst_aim=0.015, is_most=True), "{:.3f}".format),
        row(f"of life safety or the top tenth by impact{suffix}",
            [len(f.worst_hidden) for f in found],
            Bar(worst=0, worst_aim=0, is_most=True), "{:g}".format),
        row(f"clusters per incident{suffix}", [f.clusters_per_incident for f in final],
            Bar(worst=1.5, worst_aim=1.2, is_most=True), "{:.2f}".format),
        row(f"clusters per incident as applied{suffix}",
            [f.applied.clusters_per_incident for f in found],
            Bar(worst=1.5, worst_aim=1.2, is_most=True), "{:.2f}".format),
        row(f"points from the perfect cut{suffix}", [f.points_from_perfect for f in final],
            Bar(worst=2, worst_aim=0.5, is_most=True), "{:.2f}".format),
    ]  # fmt: skip


def _told(alert: Mapping[str, Any], incident: str | None) -> Told:
    severity, _ = parse_severity(alert.get("severity"))
    at = parse_timestamp(alert["timestamp"])
    source, client, site, device, person, key = (alert.get(name) or "" for name in _PLACES)
    report = Report(
        event_id=alert["id"],
        integration=0,
        received_at=REHEARSED_AT,
        alert_type=alert["alert_type"],
        status=Signal.RESOLVED if alert["status"] == "resolved" else Signal.FIRING,
        severity=severity,
        timestamp=at,
        source=source,
        client=client,
        site=site,
        device=device,
        person=person,
        message=alert.get("message", ""),
        dedup_key=key,
    )
    host = report.device or report.person or report.site
    name = incident or ""
    truth = Truth(at or 0.0, host, report.alert_type, name, name, is_noise=not name)
    return Told(report, truth, alert.get("tenant", ""))


_PLACES = ("source", "client", "site", "device", "person", "dedup_key")


def _inventory(world: Mapping[str, Any], tenant: str) -> Inventory:
    """Return the tenant's own part of the world."""
    own: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for name in ("clients", "sites"):
        own[name] = [row for row in world[name] if row.get("tenant", tenant) == tenant]
    sites = {row["id"] for row in own["sites"]}
    own["devices"] = [row for row in world["devices"] if row.get("site") in sites]
    return load_inventory(own)


def _arrived(alert: Mapping[str, Any]) -> float:
    return parse_timestamp(alert.get("received_at") or alert["timestamp"]) or 0.0


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    for line in _text(file).splitlines():
        yield json.loads(line)


def _text(file: Path) -> str:
    """Return the text of a file that may have been packed."""
    packed = file.with_name(f"{file.name}.gz")
    if packed.exists():
        return gzip.decompress(packed.read_bytes()).decode()
    return file.read_text()


def without_topology(run: Run) -> Run:
    return replace(run, stream=run.stream.without_inventory())
