"""Wakes workers for what is due. Rows are the truth: a lost message is sent again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

from watchfloor.noc.integrations import heartbeat
from watchfloor.noc.integrations.models import Delivery
from watchfloor.noc.integrations.selectors import due, not_woken
from watchfloor.noc.integrations.sending import settle_abandoned
from watchfloor.noc.integrations.services import CHANNEL
from watchfloor.noc.integrations.tasks import call_heartbeat, deliver
from watchfloor.platform.listening import listen, wait
from watchfloor.platform.tenancy.context import tenant_scope

# A pause between tries ends, or a worker is found dead, at most this much later.
LONGEST_SLEEP = 2.0
# A worker that was woken and did not come is woken again.
WOKEN = timedelta(seconds=30)
AT_ONCE = 500


def run(stop: threading.Event, now: Callable[[], datetime]) -> None:
    """Dispatch until `stop`. Errors of the database or the broker end it; begin anew."""
    with closing(listen(CHANNEL)) as doorbell:
        while not stop.is_set():
            settle_abandoned(now())
            if wake_due(now()) < AT_ONCE:
                wait(doorbell, LONGEST_SLEEP)


def wake_due(now: datetime) -> int:
    """Wake a worker for each message that is due, life safety first; return how many."""
    rows = Delivery.everybody.using("system").filter(due(now), not_woken(now))
    chosen = list(rows.order_by("lane", "next_at").values_list("tenant_id", "pk")[:AT_ONCE])
    rows.filter(pk__in=[pk for _, pk in chosen]).update(leased_until=now + WOKEN)
    for tenant_id, pk in chosen:
        with tenant_scope(tenant_id):
            deliver.delay(str(pk))
    return len(chosen)


def wake_heartbeats(now: datetime) -> None:
    """Wake a worker for each heartbeat that is due, while the floor works."""
    if heartbeat.is_healthy(now):
        for tenant_id, pk in heartbeat.due(now):
            with tenant_scope(tenant_id):
                call_heartbeat.delay(str(pk))
