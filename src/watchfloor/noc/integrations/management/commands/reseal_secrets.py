"""`watchfloor manage reseal_secrets`: after SECRET_KEY changed, before the old one is dropped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from watchfloor.noc.integrations.services import reseal_secrets
from watchfloor.platform.accounts import factors
from watchfloor.platform.jobs.tenants import each_tenant


class Command(BaseCommand):
    help = "Seal the secrets of all webhooks and apps for codes with the newest key."

    def handle(self, *args: Any, **options: Any) -> None:
        resealed = sum(reseal_secrets() + factors.reseal() for _ in each_tenant())
        self.stdout.write(f"{resealed} secrets are sealed with the newest key")
