"""Write call lists: that of one site, or a file of them, all or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import ValidationError

from watchfloor.domain.contacts.models import Contact
from watchfloor.domain.contacts.specs import CallListRow, ContactSpec
from watchfloor.domain.org.models import Site
from watchfloor.domain.org.revision import bump_revision
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.importing import ImportReport, RowError, all_or_nothing, faults_of
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_inventory

MOST = 50
"""Contacts of one site: who is further down is never called."""
KIND = "contact"


@transaction.atomic
def replace(
    site: Site,
    contacts: Sequence[ContactSpec],
    *,
    seen: Sequence[UUID] | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Let these be the site's call list, in this order. Who stays on it keeps their calls.

    `seen`: the contacts that the caller took for the list. Raises: Conflict if it is another by
    now, Invalid if somebody stands on it twice, or there are too many.
    """
    lock_inventory(require_tenant_id())
    known = list(Contact.objects.filter(site=site, is_active=True))
    if seen is not None and {one.pk for one in known} != set(seen):
        raise Conflict("Somebody has changed this call list meanwhile: load it again.")
    faults = _faults(list(enumerate(contacts, start=1)))
    if faults:
        raise Invalid(faults[0].message, fields={faults[0].field: faults[0].message})
    report = ImportReport()
    _put(site, contacts, known, report, now)
    if report.created or report.changed:
        bump_revision()
        after = {"contacts": len(contacts)}
        audit.record(by, "call_list.changed", "site", site.pk, at=now, after=after)


def import_call_lists(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, now: datetime, dry_run: bool = False
) -> ImportReport:
    """Replace the call list of each site that the rows name; other sites keep theirs.

    Any error, or `dry_run`, changes nothing.
    """
    with all_or_nothing(dry_run=dry_run) as report:
        lock_inventory(require_tenant_id())
        report.note_unknown(KIND, rows, CallListRow)
        _import(rows, report, now)
        if report.created or report.changed:
            bump_revision()
            counts = {"created": report.created, "changed": report.changed}
            audit.record(by, "call_lists.imported", "call_list", "", at=now, after=counts)
    return report


def _import(rows: Sequence[Mapping[str, Any]], report: ImportReport, now: datetime) -> None:
    wanted = _validated(rows, report)
    sites = {one.code: one for one in Site.objects.filter(code__in=wanted, is_active=True)}
    known: defaultdict[UUID, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.filter(site__in=sites.values(), is_active=True):
        known[contact.site_id].append(contact)
    for code, lines in wanted.items():
        if code not in sites:
            message = f"no site has the code {code!r}; import it first"
            report.errors.append(RowError(KIND, lines[0][0], "site", message))
            continue
        faults = _faults(lines)
        report.errors += faults
        if not faults:
            contacts = [spec for _, spec in lines]
            _put(sites[code], contacts, known[sites[code].pk], report, now)


def _validated(
    rows: Sequence[Mapping[str, Any]], report: ImportReport
) -> dict[str, list[tuple[int, CallListRow]]]:
    """Return the lines of each site with their numbers, in the order of the file."""
    found: defaultdict[str, list[tuple[int, CallListRow]]] = defaultdict(list)
    for number, row in enumerate(rows, start=1):
        try:
            spec = CallListRow.model_validate(row)
        except ValidationError as refused:
            report.errors += faults_of(KIND, number, refused)
            continue
        found[spec.site].append((number, spec))
    return found


def _faults(lines: Sequence[tuple[int, ContactSpec]]) -> list[RowError]:
    """Return what is wrong with a list whose lines are right, each by itself."""
    faults = []
    seen: set[tuple[str, str]] = set()
    for number, spec in lines:
        if (spec.name, spec.phone) in seen:
            message = f"{spec.name} stands on this call list already, with this number"
            faults.append(RowError(KIND, number, "name", message))
        seen.add((spec.name, spec.phone))
    if len(lines) > MOST:
        message = f"a call list has at most {MOST} contacts"
        faults.append(RowError(KIND, lines[MOST][0], "site", message))
    return faults


def _put(
    site: Site,
    contacts: Sequence[ContactSpec],
    known: Sequence[Contact],
    report: ImportReport,
    now: datetime,
) -> None:
    """Write the list. Who has the same name and number is the same contact."""
    there = {(one.name, one.phone): one for one in known}
    for position, spec in enumerate(contacts, start=1):
        values = {"role": spec.role, "hours": spec.hours, "position": position}
        contact = there.pop((spec.name, spec.phone), None)
        if contact is None:
            Contact.objects.create(
                site=site, name=spec.name, phone=spec.phone, created_at=now, **values
            )
            report.created += 1
        elif all(getattr(contact, name) == value for name, value in values.items()):
            report.unchanged += 1
        else:
            Contact.objects.filter(pk=contact.pk).update(**values)
            report.changed += 1
    gone = [contact.pk for contact in there.values()]
    report.changed += Contact.objects.filter(pk__in=gone).update(is_active=False)
