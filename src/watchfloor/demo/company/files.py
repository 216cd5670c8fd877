"""A run of the company as files: the streams as anybody may see them, and the truth beside them."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.company import VALUES, Company, Told
from watchfloor.demo.company.seasons import DAY, MINUTE, local
from watchfloor.demo.company.truth import Failure, Incident, Truth
from watchfloor.demo.company.work.arming import AREA, CLOSES, OPENS
from watchfloor.demo.world import World

STREAMS = (
    "alerts", "attendance", "roster", "heartbeats", "tickets", "changes", "work_orders", "tours",
    "positions", "activity", "sensors", "arming", "filings",
)  # fmt: skip
TIMES = frozenset({"ts", "start", "end", "created", "due", "timestamp", "onset"})
TENANT = "demo"
LEVEL = 5
Row = dict[str, Any]


def write_run(company: Company, until: Seconds, folder: Path, *, period: Seconds) -> Row:
    """Let the company run until then and write what is heard of it. Returns the summary."""
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        files = {one: stack.enter_context(_created(folder / f"{one}.jsonl.gz")) for one in STREAMS}
        for told in company.advance(until):
            files[told.stream].write(msgspec.json.encode(_as_sent(told)) + b"\n")
            counts[told.stream] += 1
    summary = _summary(company.truth, counts)
    _write_whole(folder / "world.json.gz", _world(company, until, period))
    _write_whole(folder / "truth" / "summary.json.gz", summary)
    for name, rows in _truth(company.truth, until):
        with _created(folder / "truth" / f"{name}.jsonl.gz") as file:
            file.writelines(msgspec.json.encode(with_dates(row)) + b"\n" for row in rows)
    return summary


def with_dates(row: Mapping[str, Any]) -> Row:
    """Return the row with its times as ISO 8601."""
    return {
        name: iso(value) if name in TIMES and isinstance(value, float) else value
        for name, value in row.items()
    }


def iso(at: Seconds) -> str:
    text = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _as_sent(told: Told) -> Row:
    row = with_dates(told.body)
    if told.stream == "alerts":
        return {**row, "tenant": TENANT, "received_at": iso(told.at)}
    return row


def _created(file: Path) -> gzip.GzipFile:
    return gzip.GzipFile(file, "wb", LEVEL)


def _write_whole(file: Path, row: Row) -> None:
    with _created(file) as out:
        out.write(json.dumps(row, indent=1).encode())


def _world(company: Company, until: Seconds, period: Seconds) -> Row:
    world, truth = company.world, company.truth
    days = range(int((until - company.begins) / DAY))
    return {
        "clients": [
            {"id": code, "name": name, "tenant": TENANT, "tier": tier, "value": VALUES[tier]}
            for code, name, tier in world.clients
        ],
        "sites": list(_sites(world)),
        "devices": [
            {"id": d.code, "type": d.kind, "site": d.site, "parent": d.parent}
            for d in world.devices
        ],
        "people": [{"id": g.code, "name": g.name, "home": g.home_site} for g in world.guards],
        "maintenance": [with_dates(row) for row in truth.maintenance],
        "weather": [_weather(company, company.begins + day * DAY) for day in days],
        "heartbeat_minutes": period / MINUTE,
        "begin": iso(company.begins),
        "end": iso(until),
    }


def _sites(world: World) -> Iterator[Row]:
    for site in world.sites:
        phones = [d.code for d in world.devices_of(site.code) if d.kind == "phone"]
        yield {
            "id": site.code, "name": site.name, "client": site.client, "tenant": TENANT,
            "region": site.region, "isp": f"{site.carrier} {site.region}", "feeder": site.feeder,
            "criticality": site.criticality, "required": site.posts, "lat": site.latitude,
            "lon": site.longitude, "post": phones,
            "arming": {"area": AREA, "disarmed_from": OPENS, "armed_from": CLOSES},
        }  # fmt: skip


def _weather(company: Company, at: Seconds) -> Row:
    weather = company.seasons.weather(at)
    return {"day": local(at).date().isoformat(), "rain": weather.rain, "storm": weather.storm}


def _truth(truth: Truth, until: Seconds) -> Iterator[tuple[str, Iterable[Row]]]:
    roles = truth.alerts.items()
    yield "incidents", map(_incident, truth.incidents)
    yield "alert_truth", ({"id": i, "incident": of, "role": role} for i, (of, role) in roles)
    yield "device_failures", (_failure(failure, until) for failure in truth.failures)
    yield "staffing_gaps", truth.gaps
    yield "sla_breaches", truth.breaches
    yield "fraud_cases", truth.frauds
    yield "tours", truth.tours
    yield "strolls", truth.strolls
    yield "unfiled", truth.unfiled
    yield "overdue", truth.overdue
    yield "arming", truth.arming
    yield "acts", truth.acts


def _incident(one: Incident) -> Row:
    remedy = one.remedy
    fix = remedy and {
        "action": remedy.action,
        "entity": remedy.entity,
        "p": remedy.odds,
        "eta": round(remedy.takes / MINUTE, 1),
    }
    return {
        "incident_id": one.id, "kind": one.kind, "start": one.start, "end": one.ends_at,
        "site": one.site, "sites": list(one.sites), "root": one.root, "person": one.person,
        "impact_per_hour": one.impact_per_hour, "predictable": one.predictable,
        "onset": one.onset, "fix": fix,
    }  # fmt: skip


def _failure(one: Failure, until: Seconds) -> Row:
    return {
        "device": one.device, "site": one.site, "start": one.start, "end": one.end or until,
        "incident": one.incident.id, "predictable": one.incident.predictable and one.is_root,
        "onset": one.incident.onset if one.is_root else None, "root": one.is_root,
    }  # fmt: skip


def _summary(truth: Truth, counts: Counter[str]) -> Row:
    heard = sum(1 for incident in truth.incidents if incident.heard_at is not None)
    noise = sum(1 for _, role in truth.alerts.values() if role == "noise")
    return {
        **counts,
        "incidents": len(truth.incidents),
        "incidents_with_alerts": heard,
        "noise_share": round(noise / max(len(truth.alerts), 1), 3),
        "kinds": dict(sorted(Counter(one.kind for one in truth.incidents).items())),
        "device_failures": len(truth.failures),
        "staffing_gaps": len(truth.gaps),
        "sla_breaches": len(truth.breaches),
        "fraud_cases": len(truth.frauds),
    }
