"""`watchfloor import inventory estate.json [--dry-run]`: every error is listed by its row.

`watchfloor import call-lists FILE` replaces the call lists of the sites that it names,
`watchfloor import orders FILE` takes in standing orders, a row for each step,
`watchfloor import acts FILE` what the present system did, for watch mode, and
`watchfloor import posts FILE`, or any other register, its rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from watchfloor.cli import acts
from watchfloor.cli.context import floor
from watchfloor.cli.files import opened, read_rows
from watchfloor.cli.options import home_option, json_option
from watchfloor.cli.tenants import tenant_named, tenant_option
from watchfloor.domain.contacts import services as contacts
from watchfloor.domain.inventory import services
from watchfloor.domain.inventory.sheets import CODES
from watchfloor.domain.inventory.specs import SPECS
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.registers import services as keeping
from watchfloor.domain.registers.declaration import Register, registers
from watchfloor.embedded.errors import Misuse
from watchfloor.noc.orders import services as orders
from watchfloor.noc.orders import sheets
from watchfloor.noc.watching import reading
from watchfloor.noc.watching import services as watching
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import CLI
from watchfloor.platform.importing import ImportReport
from watchfloor.platform.tables import field_named
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.sensing.rosters import services as publishing
from watchfloor.sensing.rosters import tables as rosters
from watchfloor.sensing.rosters.calendars import of_calendar

KINDS = {
    "clients": InventoryKind.CLIENT,
    "sites": InventoryKind.SITE,
    "devices": InventoryKind.DEVICE,
    "people": InventoryKind.PERSON,
}
Tables = dict[InventoryKind, Sequence[Mapping[str, Any]]]
REGISTERS = registers()
ACTED = reading.NAMES["kind"]
FAILED = 1


@click.command("import")
@click.argument(
    "what",
    type=click.Choice(["inventory", *KINDS, "rosters", "call-lists", "orders", "acts", *REGISTERS]),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--where", metavar="FIELD=VALUE", help="Only rows whose field has this value.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@tenant_option
@json_option
@home_option
def command(
    what: str,
    file: Path,
    where: str | None,
    dry_run: bool,
    tenant: str,
    as_json: bool,
    home: str | None,
) -> int:
    """Read clients, sites, devices and people from FILE (JSON or CSV, also .gz).

    Or the rows of a register, known by their code; the API says of which fields.
    Or call lists: site, name, phone, role, hours; the lines of a site in the order of calling.
    Or acts of the present system: time, kind (opened, acknowledged, closed), alert_id or
    dedup_key or entity and type, operator. Or standing orders (CSV): code, title, client, site,
    alert_type, hours, step, required. Or rosters: a calendar (.ics), or rows of shift, site,
    start, end, required, people.
    """
    if what == "acts":
        return _acts(file, where, tenant, home, dry_run=dry_run, as_json=as_json)
    if what == "call-lists":
        given = read_rows(file, what=what, needs=("site",))
        rows = [_given(row) for row in _wanted(given, where)]
        with floor(home), tenant_scope(tenant_named(tenant).pk):
            report = contacts.import_call_lists(rows, by=CLI, now=timezone.now(), dry_run=dry_run)
        return _told(report, dry_run=dry_run, as_json=as_json)
    if what == "rosters":
        return _rosters(file, where, tenant, home, dry_run=dry_run, as_json=as_json)
    if what == "orders":
        return _orders(file, where, tenant, home, dry_run=dry_run, as_json=as_json)
    if what in REGISTERS:
        return _register(
            REGISTERS[what], file, where, tenant, home, dry_run=dry_run, as_json=as_json
        )
    tables = read_tables(what, file, where)
    with floor(home), tenant_scope(tenant_named(tenant).id):
        report = services.import_inventory(tables, by=CLI, now=timezone.now(), dry_run=dry_run)
    return _told(report, dry_run=dry_run, as_json=as_json)


def _told(report: ImportReport, *, dry_run: bool, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps(asdict(report)))
    else:
        _tell(report, dry_run=dry_run)
    return FAILED if report.errors else 0


def _rosters(
    file: Path, where: str | None, tenant: str, home: str | None, *, dry_run: bool, as_json: bool
) -> int:
    now = timezone.now()
    if file.suffix == ".ics":
        with opened(file) as text:
            roster = of_calendar(text.read(), now=now)
    else:
        given = read_rows(file, what="shifts", needs=("shift",))
        roster = rosters.of_table([_given(row) for row in _wanted(given, where)])
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        report = publishing.publish(roster, scope=EVERYTHING, by=CLI, now=now, dry_run=dry_run)
    return _told(report, dry_run=dry_run, as_json=as_json)


def _acts(
    file: Path, where: str | None, tenant: str, home: str | None, *, dry_run: bool, as_json: bool
) -> int:
    rows = _wanted(read_rows(file, what="acts", needs=ACTED), where)
    if len(rows) > watching.MOST_ACTS:
        raise Misuse(f"{len(rows)} acts are too many at once: at most {watching.MOST_ACTS}")
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        report = watching.import_acts(rows, by=CLI, now=timezone.now(), dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(asdict(report)))
    else:
        acts.told(report, dry_run=dry_run)
    return FAILED if report.errors else 0


def _orders(
    file: Path, where: str | None, tenant: str, home: str | None, *, dry_run: bool, as_json: bool
) -> int:
    if where is not None:
        raise Misuse("--where reads rows of a thing each; an order has several rows")
    with opened(file) as lines:
        text = lines.read()
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        report = orders.import_orders(
            sheets.read(text), scope=EVERYTHING, by=CLI, now=timezone.now(), dry_run=dry_run
        )
    return _told(report, dry_run=dry_run, as_json=as_json)


def _register(
    register: Register,
    file: Path,
    where: str | None,
    tenant: str,
    home: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    given = read_rows(file, what=register.noun, needs=register.key, spec=register.spec)
    rows = _wanted(given, where)
    with floor(home), tenant_scope(tenant_named(tenant).pk):
        report = keeping.import_rows(
            register, rows, scope=EVERYTHING, by=CLI, now=timezone.now(), dry_run=dry_run
        )
    return _told(report, dry_run=dry_run, as_json=as_json)


def read_tables(what: str, file: Path, where: str | None = None) -> Tables:
    """Return the rows of each kind. Raises: Misuse that says what the file should look like."""
    if ".csv" in file.suffixes:
        if what == "inventory":
            raise Misuse("a CSV file holds one kind: import clients, sites, devices or people")
        spec = SPECS[KINDS[what]]
        tables: Any = {what: read_rows(file, what=what, needs=CODES, spec=spec)}
    else:
        tables = _from_json(what, file)
    return {KINDS[name]: _wanted(rows, where) for name, rows in tables.items() if name in KINDS}


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells that are filled."""
    return {key: value for key, value in row.items() if value not in ("", None)}


def _from_json(what: str, file: Path) -> dict[str, Any]:
    try:
        with opened(file) as text:
            content = json.load(text)
    except (UnicodeDecodeError, ValueError) as error:
        raise Misuse(f"{file.name} is no JSON: {error}") from None
    tables = {what: content} if isinstance(content, list) and what in KINDS else content
    if not isinstance(tables, dict) or not any(name in KINDS for name in tables):
        raise Misuse(f'{file.name} must look like {{"clients": [...], "sites": [...]}}')
    if what != "inventory":
        tables = {what: tables.get(what, [])}
    for name in KINDS:
        if not isinstance(tables.get(name, []), list):
            raise Misuse(f"{file.name}: {name} must be a list of objects")
    return tables


def _wanted(rows: Sequence[Mapping[str, Any]], where: str | None) -> Sequence[Mapping[str, Any]]:
    if where is None:
        return rows
    field, equals, value = where.partition("=")
    if not equals:
        raise Misuse("--where takes FIELD=VALUE, such as tenant=T0")
    plain = field_named(field)
    return [row for row in rows if str(row.get(field, row.get(plain))) == value]


def _tell(report: ImportReport, *, dry_run: bool) -> None:
    for note in report.notes:
        click.echo(note, err=True)
    for error in report.errors:
        click.echo("{kind} row {row}, {field}: {message}".format(**asdict(error)), err=True)
    if report.errors:
        click.echo(f"{len(report.errors)} errors; nothing was changed", err=True)
        return
    done = "would be " if dry_run else ""
    click.echo(
        f"{report.created} {done}created, {report.changed} {done}changed,"
        f" {report.unchanged} as they were"
    )
