"""Accounts, senders and the audit trail over HTTP."""

from __future__ import annotations

from ninja import Router

from watchfloor.platform.accounts.api import audit, codes, me, senders, settings, users

router = Router()
router.add_router("", me.router)
router.add_router("", users.router)
router.add_router("", codes.router)
router.add_router("", senders.router)
router.add_router("", settings.router)
router.add_router("", audit.router)
