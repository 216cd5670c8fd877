"""Alerts over HTTP, and what keeps them quiet."""

from __future__ import annotations

from ninja import Router

from watchfloor.noc.alerts.api import alerts, quiet

router = Router()
router.add_router("", alerts.router)
router.add_router("", quiet.router)
