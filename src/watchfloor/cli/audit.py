"""`watchfloor audit verify`: is the trail as it was written."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from django.utils import timezone

from watchfloor.cli.context import floor
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.tenants import tenant_named
from watchfloor.platform.audit.sealer import seal_pending
from watchfloor.platform.audit.verify import Report, verify
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

BROKEN = 1


@click.group("audit")
def command() -> None:
    """Verify the audit trail."""


@command.command("verify")
@click.option("--tenant", metavar="SLUG", help="Only this one; all tenants if not given.")
@json_option
@home_option
def verify_trail(tenant: str | None, as_json: bool, home: str | None) -> int:
    """Recompute the chain of seals and name the first row that does not fit. Exit 1 if any."""
    with floor(home) as here:
        if here.url is None:
            seal_pending(timezone.now())  # nothing runs that would
        reports = {one.slug: _report(one) for one in _tenants(tenant)}
    if as_json:
        shown = {slug: _shown(report) for slug, report in reports.items()}
        click.echo(json.dumps(shown))
    else:
        for slug, report in reports.items():
            click.echo(f"{slug}: {_told(report)}")
    return 0 if all(report.is_intact for report in reports.values()) else BROKEN


def _tenants(slug: str | None) -> list[Tenant]:
    if slug is not None:
        return [tenant_named(slug)]
    return list(Tenant.objects.using("system").order_by("slug"))


def _report(tenant: Tenant) -> Report:
    with tenant_scope(tenant.pk):
        return verify(timezone.now())


def _shown(report: Report) -> dict[str, object]:
    shown = {**asdict(report), "is_intact": report.is_intact}
    if report.flaw and report.flaw.row_id:
        shown["flaw"]["row_id"] = str(report.flaw.row_id)
    return shown


def _told(report: Report) -> str:
    waiting = f", {report.unsealed} unsealed for {report.unsealed_seconds:.1f} s"
    if report.flaw is None:
        return f"intact, {report.sealed} rows sealed{waiting if report.unsealed else ''}"
    row = f", row {report.flaw.row_id}" if report.flaw.row_id else ""
    return f"BROKEN at {report.flaw.sequence}{row}: {report.flaw.why}"
