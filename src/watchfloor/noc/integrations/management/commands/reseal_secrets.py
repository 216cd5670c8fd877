"""`watchfloor manage reseal_secrets`: after SECRET_KEY changed, before the old one is dropped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from watchfloor.noc.integrations import services as integrations
from watchfloor.platform.accounts import factors, pins
from watchfloor.platform.jobs.tenants import each_tenant

KINDS = (integrations.reseal, factors.reseal, pins.reseal)


class Command(BaseCommand):
    help = "Seal the secrets of all webhooks, apps for codes and PINs with the newest key."

    def handle(self, *args: Any, **options: Any) -> None:
        resealed, unreadable = 0, []
        for tenant in each_tenant():
            for done in (reseal() for reseal in KINDS):
                resealed += done.number
                unreadable += [f"{tenant.slug}: {name}" for name in done.unreadable]
        self.stdout.write(f"{resealed} secrets are sealed with the newest key")
        if unreadable:
            raise CommandError(
                f"No key fits {len(unreadable)}: put the key that they were sealed with into "
                "WATCHFLOOR_SECRET_KEY_FALLBACKS, or set them up anew.\n" + "\n".join(unreadable)
            )
