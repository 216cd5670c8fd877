"""The handover of a shift: as it would read now, as it was kept, and those that were kept."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.console import handover as telling
from watchfloor.console import handover_table
from watchfloor.console.ranges import moment
from watchfloor.console.views.door import PageRequest, page, reader_of
from watchfloor.console.views.exports import as_file
from watchfloor.noc.handover import selectors
from watchfloor.noc.handover.gathering import gather
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, EXPORT, VIEW
from watchfloor.platform.errors import Invalid
from watchfloor.platform.paging import cut

LISTED = 30


@require_safe
@page(VIEW)
def handovers(request: PageRequest) -> HttpResponse:
    found = cut(
        selectors.visible(request.viewer.scope),
        order=("-ends_at", "-id"),
        limit=LISTED,
        after=request.GET.get("after", ""),
    )
    may_write = request.viewer.may(ACK_ALERTS)
    user, now = request.console.user, timezone.now()
    context = {
        "kept": found.rows,
        "after": found.after,
        "may_write": may_write,
        "began": selectors.shift_began(user.pk, now) if may_write else None,
    }
    return render(request, "console/handover/list.html", context)


@require_safe
@page(ACK_ALERTS)
def draft(request: PageRequest) -> HttpResponse:
    """Answer with what would be handed over now, alone."""
    viewer, now = request.viewer, timezone.now()
    context: dict[str, object] = {}
    try:
        since = moment(request.GET, "since", reader_of(request))
        tests, by = request.console.tests, request.console.user_name
        said = gather(viewer.scope, since=since, now=now, tests=tests, by=by)
        context["shown"] = telling.shown(said, viewer.names_within)
    except Invalid as refused:
        context["refused"] = refused
    return render(request, "console/handover/draft.html", context)


@require_safe
@page(VIEW)
def handover(request: PageRequest, handover_id: UUID) -> HttpResponse:
    viewer = request.viewer
    found = selectors.one(viewer.scope, handover_id)
    own = found.written_by_id == request.console.user.pk
    context = {
        "handover": found,
        "shown": telling.kept(found.contents, viewer.names_within),
        "may_take_over": viewer.may(ACK_ALERTS) and not own and not found.acknowledged_at,
    }
    return render(request, "console/handover/one.html", context)


@require_safe
@page(EXPORT)
def handover_csv(request: PageRequest, handover_id: UUID) -> StreamingHttpResponse:
    viewer = request.viewer
    found = selectors.one(viewer.scope, handover_id)
    shown = telling.kept(found.contents, viewer.names_within)
    rows = handover_table.lines(shown)
    name, columns = f"handover-{found.ends_at:%Y-%m-%d-%H%M}", handover_table.COLUMNS
    has_names = any(contact for _, contact in shown.calls)
    return as_file(request, name, "handover", columns, rows, names=has_names)
