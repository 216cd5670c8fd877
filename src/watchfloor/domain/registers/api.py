"""Every register and all records over HTTP, by their declarations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from watchfloor.domain.registers import selectors, services
from watchfloor.domain.registers.declaration import Listed, Register
from watchfloor.domain.registers.reading import RowReader
from watchfloor.domain.registers.shapes import query_of, row_of
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import CONFIGURE, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.importing import ImportOut, read_csv
from watchfloor.platform.paging import Page, page

LARGEST_TABLE = 4_000_000
Operation = Callable[..., Any]


class RowsIn(Schema):
    """Rows as objects, or as a CSV with their fields as columns."""

    rows: list[dict[str, Any]] = []
    csv: str = Field("", max_length=LARGEST_TABLE)
    dry_run: bool = False


class EditedField(Schema):
    name: str
    before: Any = None
    after: Any = None


class EditOut(Schema):
    at: datetime
    is_retired: bool
    fields: list[EditedField]


def router_of(what: Listed) -> Router:
    """Return the operations: list and show one; of a register also save, retire and import."""
    is_register = isinstance(what, Register)
    router = Router(tags=["registers" if is_register else "records"])
    row: Any = row_of(what)
    path, word = f"/{what.noun}", what.noun.replace("-", "_")
    if isinstance(what, Register):
        _add_writing(router, what, path, word)
    router.get(path, auth=needs(VIEW), response=Page[row], operation_id=f"list_{word}")(
        _listing(what)
    )
    router.get(f"{path}/{{row_id}}", auth=needs(VIEW), response=row, operation_id=f"show_{word}")(
        _showing(what)
    )
    if isinstance(what, Register):
        edits = f"{path}/{{row_id}}/edits"
        router.get(edits, auth=needs(VIEW), response=list[EditOut], operation_id=f"edits_{word}")(
            _recalling(what)
        )
    return router


def _add_writing(router: Router, what: Register, path: str, word: str) -> None:
    auth, answers = needs(CONFIGURE), {200: ImportOut, 422: ImportOut}
    router.post(path, auth=auth, response=row_of(what), operation_id=f"save_{word}")(_saving(what))
    # Before the address with an id in it, which would take the word for one.
    router.post(f"{path}/import", auth=auth, response=answers, operation_id=f"import_{word}")(
        _importing(what)
    )
    router.delete(
        f"{path}/{{row_id}}", auth=auth, response={204: None}, operation_id=f"retire_{word}"
    )(_retiring(what))


def _listing(what: Listed) -> Operation:
    def list_rows(request: HttpRequest, asked: Any) -> dict[str, Any]:
        viewer = viewer_of(request)
        rows = selectors.narrowed(what, selectors.listed(what, viewer), asked.dict(), viewer)
        return page(request, asked, rows, order=what.order, render=_teller(what, request))

    list_rows.__doc__ = what.about
    list_rows.__annotations__["asked"] = Query[query_of(what)]  # type: ignore[misc]
    return list_rows


def _showing(what: Listed) -> Operation:
    def show_row(request: HttpRequest, row_id: UUID) -> dict[str, Any]:
        return _teller(what, request)(selectors.one(what, viewer_of(request), row_id))

    return show_row


def _recalling(what: Register) -> Operation:
    def list_edits(request: HttpRequest, row_id: UUID) -> list[dict[str, Any]]:
        """Return how a row was written, the newest edit first."""
        viewer = viewer_of(request)
        row = selectors.one(what, viewer, row_id)
        return [
            {
                "at": edit.at,
                "is_retired": edit.is_retired,
                "fields": [
                    {"name": name, "before": before, "after": after}
                    for name, (before, after) in edit.fields.items()
                ],
            }
            for edit in selectors.history(what, row, viewer)
        ]

    return list_edits


def _saving(what: Register) -> Operation:
    def save_row(request: HttpRequest, row: Any) -> dict[str, Any]:
        """Create a row, or change the one with this key: only what is given."""
        viewer = viewer_of(request)
        given = row.model_dump(exclude_unset=True)
        saved = services.save(what, given, scope=viewer.scope, by=viewer.actor, now=timezone.now())
        return _teller(what, request)(saved)

    save_row.__annotations__["row"] = what.spec
    return save_row


def _importing(what: Register) -> Operation:
    def import_rows(request: HttpRequest, body: RowsIn) -> Status[dict[str, Any]]:
        """Create or change all of these rows, or say what is wrong with which and change none."""
        viewer = viewer_of(request)
        done = services.import_rows(
            what,
            body.rows or read_csv(body.csv, what=what.noun, needs=what.key, spec=what.spec),
            scope=viewer.scope,
            by=viewer.actor,
            now=timezone.now(),
            dry_run=body.dry_run,
        )
        return Status(422 if done.errors else 200, asdict(done))

    return import_rows


def _retiring(what: Register) -> Operation:
    def retire_row(request: HttpRequest, row_id: UUID) -> Status[None]:
        """Take a row out of use. What happened goes on naming it."""
        viewer = viewer_of(request)
        row = selectors.one(what, viewer, row_id)
        services.retire(what, row, scope=viewer.scope, by=viewer.actor, now=timezone.now())
        return Status(204, None)

    return retire_row


def _teller(what: Listed, request: HttpRequest) -> Callable[[Model], dict[str, Any]]:
    reader = RowReader.of(what, viewer_of(request))
    return lambda row: {"id": row.pk} | reader.told(row, what.fields)
