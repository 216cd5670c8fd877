"""What an import of acts of the present system did, for a terminal."""

from __future__ import annotations

from dataclasses import asdict

import click

from watchfloor.noc.watching.services import ActsReport


def told(report: ActsReport, *, dry_run: bool) -> None:
    for fault in report.errors:
        click.echo("row {row}, {field}: {message}".format(**asdict(fault)), err=True)
    if report.errors:
        click.echo("nothing was taken in", err=True)
        return
    done = "would be taken in" if dry_run else "taken in"
    click.echo(f"{report.created} acts {done}, {report.known} known before")
