"""A person in danger, in the middle of a storm: seen first, alone, and never hidden."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.integration.floor import PATIENCE, Floor
from tests.integration.people import cookie_of, signed_in
from tests.integration.senders import flaws, in_parallel
from tests.make import bearer, make_key, make_tenant, make_user
from tests.processes import happens_within
from tests.soaking import IS_FULL
from watchfloor.platform.ids import derived_uuid7
from watchfloor.platform.tenancy.models import Tenant

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900 if IS_FULL else 180)]

PANICS, STORM = (500, 45_000) if IS_FULL else (60, 3_000)
KINDS = ("PANIC", "SOS", "DURESS", "FIRE", "MEDICAL", "MAN_DOWN")


class Page:
    """An open page: when each incident was first told to it."""

    def __init__(self) -> None:
        self.first_at: dict[str, float] = {}
        self.rows: dict[str, dict[str, Any]] = {}

    def listen(self, socket: Any) -> None:
        try:
            for text in socket:
                moment = time.monotonic()
                for change in json.loads(text).get("changes", []):
                    if change["kind"] == "incident" and change["row"]:
                        self.first_at.setdefault(change["id"], moment)
                        self.rows[change["id"]] = change["row"]
        except ConnectionClosed:
            return


@contextmanager
def open_page(floor: Floor, tenant: Tenant) -> Iterator[Page]:
    page, live = Page(), floor.url.replace("http", "ws") + "/ws/live"
    with (
        signed_in(floor.url, make_user(tenant)) as browser,
        connect(live, origin=Origin(floor.url), additional_headers=cookie_of(browser)) as socket,
    ):
        listening = threading.Thread(target=page.listen, args=(socket,))
        listening.start()
        try:
            yield page
        finally:
            socket.close()
            listening.join()


def test_every_panic_in_a_storm_has_an_incident_of_its_own_on_the_page(floor: Floor) -> None:
    tenant = make_tenant()
    key, operator = make_key(tenant), make_key(tenant, "operate")
    keep_all_quiet(floor, operator)
    accepted_at: dict[str, float] = {}
    stormed: list[str] = []
    with open_page(floor, tenant) as page:
        in_parallel(
            [
                lambda: stormed.extend(post_storm(floor, key)),
                lambda: accepted_at.update(post_panics(floor, key)),
            ]
        )
        incidents = {str(incident_of(event_id)): event_id for event_id in accepted_at}
        told = happens_within(lambda: incidents.keys() <= page.first_at.keys(), seconds=PATIENCE)
    floor.work_off(tenant.id)

    assert told, f"{len(incidents.keys() - page.first_at.keys())} of {PANICS} were never shown"
    assert flaws(floor.database, tenant.id, [*accepted_at, *stormed]) == {}
    check_alone_and_loud(floor, tenant, set(incidents))
    waits = [page.first_at[one] - accepted_at[event] for one, event in incidents.items()]
    p99 = statistics.quantiles(waits, n=100)[98]
    print(
        f"accepted to frame, {PANICS} alarms in a storm of {STORM}: "
        f"median {statistics.median(waits):.3f} s, p99 {p99:.3f} s, most {max(waits):.3f} s"
    )


def keep_all_quiet(floor: Floor, operator: str) -> None:
    """Declare maintenance everywhere, and silence everything: life safety has to pass both."""
    quiet = {
        "maintenance-windows": {
            "title": "all",
            "starts_at": "2020-01-01T00:00:00Z",
            "ends_at": "2099-01-01T00:00:00Z",
        },
        "silences": {
            "reason": "all",
            "matchers": [{"field": "alert_type", "op": "glob", "value": "*"}],
            "ends_at": "2099-01-01T00:00:00Z",
        },
    }
    for noun, body in quiet.items():
        made = httpx.post(f"{floor.url}/api/v1/{noun}", json=body, headers=bearer(operator))
        assert made.status_code in {200, 201}, made.text


def post_storm(floor: Floor, key: str) -> list[str]:
    """Post what a failing feeder makes of forty sites, in hundreds."""
    told = []
    for first in range(0, STORM, 100):
        body = [
            {
                "id": f"storm-{n}",
                "alert_type": ("POWER_LOSS", "DEVICE_OFFLINE")[n % 2],
                "severity": "CRITICAL",
                "site": f"S{n % 40}",
                "device": f"dev-{n % 600}",
                "message": f"no answer since {n % 7} minutes",
            }
            for n in range(first, first + 100)
        ]
        answer = floor.post(key, body)
        assert answer.status_code == 202, answer.text
        told += [event["event_id"] for event in answer.json()["events"]]
    return told


def post_panics(floor: Floor, key: str) -> dict[str, float]:
    """Post alarms one by one, at sites of the storm; return when each was accepted."""
    accepted_at = {}
    with httpx.Client(headers=bearer(key), timeout=30) as client:
        for n in range(PANICS):
            alarm = {"alert_type": KINDS[n % 6], "site": f"S{n % 40}", "person": f"guard {n}"}
            answer = client.post(f"{floor.url}/api/v1/alerts", json=alarm)
            assert answer.status_code == 202, answer.text
            accepted_at[answer.json()["events"][0]["event_id"]] = time.monotonic()
            time.sleep(0.02)
    return accepted_at


def incident_of(event_id: str) -> UUID:
    return derived_uuid7(derived_uuid7(UUID(event_id), "cluster"), "incident")


def check_alone_and_loud(floor: Floor, tenant: Tenant, incidents: set[str]) -> None:
    rows = floor.database.rows(
        "SELECT i.id::text, i.is_life_safety, i.is_listed, i.state, i.report_count, i.alert_count,"
        " c.merged_into_id, (SELECT array_agg(a.suppressed_by) FROM clustering_clustermembership m"
        "  JOIN alerts_nocalertevent a ON a.id = m.alert_id WHERE m.cluster_id = c.id)"
        " FROM incidents_nocincident i JOIN clustering_alertcluster c ON c.id = i.cluster_id"
        " WHERE i.tenant_id = %(tenant)s AND i.id::text = ANY(%(incidents)s)",
        tenant=tenant.id,
        incidents=list(incidents),
    )
    assert len(rows) == PANICS
    assert {tuple(row[1:7]) for row in rows} == {(True, True, "NEW", 1, 1, None)}
    assert {tuple(row[7]) for row in rows} == {("",)}
    listed = floor.database.number(
        "SELECT count(*) FROM incidents_nocincident WHERE tenant_id = %(tenant)s AND is_listed",
        tenant=tenant.id,
    )
    assert listed == PANICS, "the storm itself is kept quiet, as was wished"


def test_a_panic_passes_a_storm_that_waits(floor: Floor) -> None:
    tenant = make_tenant()
    key = make_key(tenant)
    storm = [{"alert_type": "POWER_LOSS", "device": f"dev-{n}"} for n in range(1_500)]

    with floor.database.flow_held(tenant.id):
        floor.post(key, storm)
        panic = floor.post(key, {"alert_type": "panic", "person": "guard 7"})
    floor.work_off(tenant.id)

    incident = incident_of(panic.json()["events"][0]["event_id"])
    first = floor.database.rows(
        "SELECT id FROM incidents_nocincident WHERE tenant_id = %(tenant)s AND number = 1",
        tenant=tenant.id,
    )
    assert first == [(incident,)]
