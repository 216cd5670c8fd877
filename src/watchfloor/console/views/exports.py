"""Files that leave by a page: each is on record, with who took how many rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console.ranges import TimeRange
from watchfloor.console.tables.table import Asked, Table
from watchfloor.console.tables.writing import written
from watchfloor.console.views.door import OuterView, PageRequest, page, reader_of
from watchfloor.platform.accounts.capabilities import EXPORT
from watchfloor.platform.audit import services as audit
from watchfloor.platform.errors import Invalid
from watchfloor.platform.streaming import download


def as_file(
    request: PageRequest,
    name: str,
    kind: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    names: bool = False,
) -> StreamingHttpResponse:
    """Answer with a file of rows of this kind; `names`: of persons are among them."""
    file, number = written(columns, rows)
    after = {"rows": number, "names": names}
    audit.record(request.viewer.actor, "list.exported", kind, "", at=timezone.now(), after=after)
    return download(request, file, name=f"{name}.csv", media_type="text/csv; charset=utf-8")


def file_of(table: Table) -> OuterView[[]]:
    """Return the view that answers with the list as its page is narrowed."""

    @require_safe
    @page(EXPORT)
    def answer(request: PageRequest) -> StreamingHttpResponse:
        asked = Asked(table.within(request.viewer), request.GET, reader_of(request))
        if refused := TimeRange.read(asked.query, asked.reader).refused:
            raise Invalid(refused)  # A page shows its whole list then, and says why.
        cells = table.cells(asked)
        return as_file(request, table.name, table.kind, tuple(table.columns), cells)

    return answer
