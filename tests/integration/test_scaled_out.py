"""Two of each process on a real Redis do what one of each does: same clusters, each told once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings
from websockets.sync.client import connect
from websockets.typing import Origin

from tests import database as test_database
from tests.integration.estate import night
from tests.integration.floor import Database
from tests.make import bearer, make_key, make_tenant, make_user
from tests.processes import happens_within
from tests.running import Running, free_port
from watchfloor.cli.history import Item
from watchfloor.cli.offline import rehearse
from watchfloor.embedded.roles import Address
from watchfloor.noc.alerts.models import Report, SeverityLevel
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.intake.models import IntakeRecord
from watchfloor.noc.integrations import services as integrations
from watchfloor.noc.integrations.models import ChannelKind, Delivery, DeliveryState
from watchfloor.platform.accounts.signing import create_sign_in_link
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

pytestmark = [
    pytest.mark.redis,
    pytest.mark.skipif(
        shutil.which("redis-server") is None, reason="redis-server is not installed"
    ),
]
BATCHES, SIZE = 8, 60
PATIENCE = 30


class Receiver:
    """A webhook's other end: keeps the ids of the messages that came."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                receiver.ids.append(self.headers["webhook-id"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/told"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def running(database: Address, tmp_path: Path) -> Iterator[Running]:
    """Redis, two pipelines and two workers; webs are started by the test."""
    port = free_port()
    environment = {
        **os.environ,
        **test_database.variables(database),
        "DJANGO_SETTINGS_MODULE": "watchfloor.config.settings.scale",
        "WATCHFLOOR_REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "WATCHFLOOR_EGRESS_ALLOW": "127.0.0.0/8",
        "WATCHFLOOR_HOME": str(tmp_path),
    }
    static = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(static, env=environment, check=True)
    broker, running = Running(tmp_path, environment), Running(tmp_path, environment)
    folder = ["--dir", str(tmp_path), "--save", "", "--bind", "127.0.0.1"]
    broker.start("redis", ["redis-server", "--port", str(port), *folder])
    try:
        for number in "ab":
            running.start_part(f"pipeline-{number}", "pipeline")
            running.start_part(f"worker-{number}", "worker")
        yield running
    finally:
        running.stop()
        broker.stop()


def test_turns_at_draining_leave_the_clusters_that_one_process_would(
    database: Address,
    running: Running,
    receiver: Receiver,
    settings: Settings,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    settings.EGRESS_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with django_db_blocker.unblock():
        tenant = make_tenant()
        key, items = make_key(tenant), list(night(BATCHES * SIZE))
        with tenant_scope(tenant.id):
            integrations.set_rule(
                severity=SeverityLevel.CRITICAL,
                channel=ChannelKind.WEBHOOK,
                target=receiver.url,
                by=SYSTEM,
                now=timezone.now(),
            )
        webs = [running.start_web("web-a"), running.start_web("web-b")]

        _post_in_turns(running, Database(database), webs, key, tenant, items)

        assert _partition(_live(tenant)) == _partition(_rehearsed(items))
        with tenant_scope(tenant.id):
            theirs = NOCIncident.objects.filter(severity=SeverityLevel.CRITICAL, is_listed=True)
            critical = theirs.filter(cluster__merged_into=None).count()
            assert critical > 0
            assert happens_within(lambda: len(receiver.ids) >= critical, seconds=PATIENCE)
            assert happens_within(lambda: _all_told_once(receiver.ids), seconds=PATIENCE)


def test_a_page_at_one_web_process_sees_what_came_in_at_the_other(
    running: Running, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        tenant = make_tenant()
        key, user = make_key(tenant), make_user(tenant)
        first, second = running.start_web("web-a"), running.start_web("web-b")
        link = create_sign_in_link(user, timezone.now())
        cookie = _sign_in(first, link)

        live = first.replace("http", "ws") + "/ws/live"
        with connect(live, origin=Origin(first), additional_headers={"Cookie": cookie}) as page:
            panic = {"alert_type": "PANIC", "site": "North", "message": "button 5"}
            answer = httpx.post(f"{second}/api/v1/alerts", json=panic, headers=bearer(key))
            assert answer.status_code == 202
            frame = _first_frame(page)

    assert any(change["row"]["is_life_safety"] for change in frame["changes"] if change["row"])


def _post_in_turns(
    running: Running,
    database: Database,
    webs: Sequence[str],
    key: str,
    tenant: Tenant,
    items: Sequence[Item],
) -> None:
    """Post batch by batch; for each, one pipeline process is held still and the other works."""
    for number in range(BATCHES):
        idle, busy = ("pipeline-a", "pipeline-b") if number % 2 else ("pipeline-b", "pipeline-a")
        held_still = partial(_hold_still, running, database, idle)
        running.signal(busy, signal.SIGCONT)
        assert happens_within(held_still, seconds=PATIENCE)
        part = [item.body for item in items[number * SIZE : (number + 1) * SIZE]]
        url = f"{webs[number % 2]}/api/v1/alerts"
        answer = httpx.post(url, json=part, headers=bearer(key), timeout=10)
        assert answer.json()["accepted"] == SIZE
        worked = partial(_is_worked, tenant, held_still)
        assert happens_within(worked, seconds=PATIENCE), running.words_of(busy)
    running.signal(idle, signal.SIGCONT)


def _is_worked(tenant: Tenant, held_still: Callable[[], bool]) -> bool:
    """Say whether nothing waits; what a process sent before it stopped may begin only now."""
    return held_still() and not _pending(tenant)


def _hold_still(running: Running, database: Database, name: str) -> bool:
    """Stop a process between two transactions; one stopped within would keep its locks."""
    running.signal(name, signal.SIGSTOP)
    within = database.number(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = %(name)s"
        " AND datname = current_database() AND (xact_start IS NOT NULL OR state = 'active')",
        name=name,
    )
    if within:
        running.signal(name, signal.SIGCONT)
    return not within


def _all_told_once(received: Sequence[str]) -> bool:
    states = dict(Delivery.objects.values_list("id", "state"))
    told = sorted(map(str, states))
    return set(states.values()) == {DeliveryState.SENT} and sorted(received) == told


def _pending(tenant: Tenant) -> int:
    return IntakeRecord.objects.using("system").filter(tenant=tenant).count()


def _live(tenant: Tenant) -> dict[str, str]:
    with tenant_scope(tenant.id):
        rows = Report.objects.filter(tenant=tenant).values_list("sender_id", "cluster_id")
        return {str(sender): str(cluster) for sender, cluster in rows}


def _rehearsed(items: Sequence[Item]) -> dict[str, str]:
    return {line.alert_id: line.cluster_id for one in rehearse(items) for line in one.lines()}


def _partition(clusters: dict[str, str]) -> set[frozenset[str]]:
    members = defaultdict(set)
    for sender, cluster in clusters.items():
        members[cluster].add(sender)
    return {frozenset(group) for group in members.values()}


def _sign_in(url: str, link: str) -> str:
    with httpx.Client(base_url=url, follow_redirects=False) as browser:
        browser.get(link)
        token = browser.cookies.get("wf_csrf") or ""
        answer = browser.post(link, data={"csrfmiddlewaretoken": token}, headers={"Origin": url})
        assert answer.status_code == 302, answer.text
        return f"wf_session={browser.cookies['wf_session']}"


def _first_frame(page: Any) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(page.recv(timeout=PATIENCE))
        if message["type"] == "frame":
            return message
