"""Senders that misspell: how many alarms end at the right site, and does any end at a wrong one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from watchfloor.bench import sending
from watchfloor.bench.floors import BenchFloor, bench_floor, pages
from watchfloor.bench.ingest import wait_until_worked
from watchfloor.bench.misspelling import misspelt
from watchfloor.bench.results import Row
from watchfloor.demo.world import Site, make_world

SITES = 500
ALARMS = 20_000
MISSPELT = 0.15
PER_BODY = 100
SOURCE = "bench-names"


@dataclass(frozen=True)
class Found:
    """How many alarms, of all and of those whose name was misspelt."""

    alarms: int
    misspelt: int
    right: int
    wrong: int
    right_of_misspelt: int


@dataclass(frozen=True, slots=True)
class _Alarm:
    site: Site
    said: str
    is_misspelt: bool


def measure(*, alarms: int = ALARMS, seed: int = 1) -> Found:
    with bench_floor() as floor:
        return measure_on(floor, alarms, seed)


def measure_on(floor: BenchFloor, alarms: int, seed: int) -> Found:
    """Send alarms that call their site by code or by name, and see which site each was given."""
    world = make_world(seed, sites=SITES)
    sent = _alarms(list(world.sites), alarms, seed)
    admin, ingest = floor.key("bench-office", "admin"), floor.key("bench")
    inventory = world.as_inventory()
    floor.fill_inventory(admin, {"clients": inventory["clients"], "sites": inventory["sites"]})
    reports = [_report(number, alarm) for number, alarm in enumerate(sent)]
    bodies = sending.encoded(reports, per_body=PER_BODY)
    sending.send(floor.url, bodies, connections=2, headers=sending.bearer(ingest))
    wait_until_worked(floor)
    codes = _verified_codes(list(pages(floor, admin, "/api/v1/sites?limit=200")))
    given = {
        int(alert["entity_id"]): codes.get(alert["site_id"])
        for alert in pages(floor, admin, f"/api/v1/alerts?source={SOURCE}&limit=200")
    }
    return _found(sent, given)


def _alarms(sites: list[Site], count: int, seed: int) -> list[_Alarm]:
    rng = Random(seed)  # noqa: S311 - no secret is made of it
    made = []
    for _ in range(count):
        site, is_misspelt = rng.choice(sites), rng.random() < MISSPELT
        name = site.name if is_misspelt or rng.random() < 0.5 else site.code
        made.append(_Alarm(site, misspelt(name, rng) if is_misspelt else name, is_misspelt))
    return made


def _verified_codes(sites: list[dict[str, str]]) -> dict[str, str]:
    """Return id to code of what was imported: a site that an alarm made up is no match."""
    return {site["id"]: site["code"] for site in sites if site["is_verified"]}


def _found(sent: list[_Alarm], given: dict[int, str | None]) -> Found:
    verdicts: Counter[tuple[bool, str]] = Counter()
    for number, alarm in enumerate(sent):
        code = given.get(number)
        verdict = "open" if code is None else "right" if code == alarm.site.code else "wrong"
        verdicts[alarm.is_misspelt, verdict] += 1
    return Found(
        alarms=len(sent),
        misspelt=sum(alarm.is_misspelt for alarm in sent),
        right=verdicts[True, "right"] + verdicts[False, "right"],
        wrong=verdicts[True, "wrong"] + verdicts[False, "wrong"],
        right_of_misspelt=verdicts[True, "right"],
    )


def _report(number: int, alarm: _Alarm) -> dict[str, str]:
    return {
        "id": f"{SOURCE}-{number}",
        "source": SOURCE,
        "alert_type": "DOOR_HELD_OPEN",
        "severity": "LOW",
        "site": alarm.said,
        "entity_type": "thing",
        "entity_id": str(number),
        "message": "a door is open",
    }


def rows(found: Found) -> list[Row]:
    share = found.right / found.alarms
    return [
        Row(
            f"{found.alarms:,} alarms of {SITES} sites, {found.misspelt:,} misspelt: matched right",
            f"{share:.2%}", "95 %", "98 %", share >= 0.95,
        ),
        Row("silently wrong", f"{found.wrong}", "0", "0", found.wrong == 0),
        Row("of the misspelt, matched right", f"{found.right_of_misspelt / found.misspelt:.2%}"),
        Row("left for a person to say", f"{found.alarms - found.right - found.wrong:,}"),
    ]  # fmt: skip
