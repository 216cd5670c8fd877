"""What is kept of the operation: an overview, and for each noun a list, a file and a form."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import cells, places
from watchfloor.console import operation as kept
from watchfloor.console.cells import Sheet
from watchfloor.console.importing import imported
from watchfloor.console.operation import Asked, Subject
from watchfloor.console.registerform import inputs
from watchfloor.console.tables.table import latest
from watchfloor.console.views.door import PageRequest, page, reader_of
from watchfloor.console.views.exports import as_file
from watchfloor.domain.registers import selectors
from watchfloor.domain.registers.declaration import Records, Register, called
from watchfloor.domain.registers.reading import RowReader
from watchfloor.platform.accounts.capabilities import CONFIGURE, EXPORT, VIEW, VIEW_PII
from watchfloor.platform.errors import NotFound


@require_safe
@page(VIEW)
def operation(request: PageRequest) -> HttpResponse:
    """Show all nouns, or those with rows of the site, person or device that the address names."""
    subject = Subject.read(request.GET)
    nouns = kept.nouns(request.viewer, timezone.now(), subject)
    context = {
        "subject": subject,
        "groups": (
            ("Registers", "What people say holds.", [n for n in nouns if not n.is_lately]),
            ("Records", "What happened, and what stands.", [n for n in nouns if n.is_lately]),
        ),
    }
    return render(request, "console/operation/overview.html", context)


@require_safe
@page(VIEW)
def listed(request: PageRequest, noun: str) -> HttpResponse:
    what, viewer = called(noun), request.viewer
    asked = Asked.read(what, request.GET, reader_of(request))
    found, after = places.page_of(request, asked, asked.rows(viewer), what.order)
    sheet = Sheet.of(RowReader.of(what, viewer), found, most=cells.FEW)
    context = {
        "what": what,
        "asked": asked,
        "wanted": asked,  # as the pager calls it
        "when": asked.when if isinstance(what, Records) else None,
        "choices": asked.choices(viewer),
        "columns": cells.columns(what),
        "rows": [(cells.page_of(row), sheet.cells(row, what.columns)) for row in found],
        "next": after,
        "may_write": kept.may_write(what, viewer, CONFIGURE),
        "opened_at": kept.opened_at(what, viewer),
        "led_to": kept.led_to(what, None, viewer),
        "import": imported(what, viewer),
    }
    return render(request, "console/operation/list.html", context)


@require_safe
@page(EXPORT)
def listed_csv(request: PageRequest, noun: str) -> StreamingHttpResponse:
    """Answer with the rows; those of a register as its import takes them."""
    what, viewer = called(noun), request.viewer
    asked = Asked.read(what, request.GET, reader_of(request))
    reader = RowReader.of(what, viewer)
    found = latest(asked.rows(viewer), what.order)
    rows = (reader.told(row, what.fields).values() for row in found)
    has_names = bool(what.persons) and viewer.may(VIEW_PII)
    return as_file(request, what.noun, what.kind, what.fields, map(list, rows), names=has_names)


@require_safe
@page(CONFIGURE)
def new_row(request: PageRequest, noun: str) -> HttpResponse:
    what = called(noun)
    if not isinstance(what, Register) or not kept.may_write(what, request.viewer, CONFIGURE):
        raise NotFound("There is nothing to write here.")
    fields = inputs(what, None, request.viewer, request.GET.dict())
    context = {"what": what, "inputs": fields, "may_write": True}
    return render(request, "console/operation/row.html", context)


@require_safe
@page(VIEW)
def row(request: PageRequest, noun: str, row_id: UUID) -> HttpResponse:
    what, viewer = called(noun), request.viewer
    found, reader = selectors.one(what, viewer, row_id), RowReader.of(what, viewer)
    context = {
        "what": what,
        "row": found,
        "named": kept.named(reader, found),
        "led_to": kept.led_to(what, found, viewer),
    }
    if isinstance(what, Register):
        edits = selectors.history(what, found, viewer)
        context["edits"] = [(edit, list(cells.edited(what, edit))) for edit in edits]
    if isinstance(what, Register) and kept.may_write_at(reader, found, viewer, CONFIGURE):
        context |= {"inputs": inputs(what, found, viewer.acting(CONFIGURE)), "may_write": True}
    else:
        context["cells"] = Sheet.of(reader, [found]).cells(found, what.fields)
    return render(request, "console/operation/row.html", context)
