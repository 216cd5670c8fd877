"""Lets time pass for every tenant: alerts expire, incidents resolve themselves, sleepers wake."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError

from watchfloor.noc.alerts.models import TenantStream
from watchfloor.noc.incidents import lifecycle

log = structlog.get_logger(__name__)

SHORTEST_ROUND = 5.0
# Sweeping takes at most this share of one core's time, however many tenants there are.
LARGEST_SHARE = 0.3


def run(stop: threading.Event, now: Callable[[], datetime]) -> None:
    """Sweep round after round until `stop`. Errors of the database end it; begin anew."""
    while not stop.is_set():
        began = time.monotonic()
        sweep_all(stop, now)
        took = time.monotonic() - began
        stop.wait(max(SHORTEST_ROUND, took / LARGEST_SHARE))


def sweep_all(stop: threading.Event, now: Callable[[], datetime]) -> None:
    heard = TenantStream.everybody.using("system").filter(tenant__is_active=True)
    for tenant_id in list(heard.order_by("tenant_id").values_list("tenant_id", flat=True)):
        if stop.is_set():
            return
        try:
            lifecycle.sweep(tenant_id, now())
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # the job runner: one tenant's bad row stops no other tenant
            log.exception("sweep failed", tenant=tenant_id)
