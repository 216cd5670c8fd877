"""Names that senders use and nobody is sure of: what they mean is said here."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console.names import LATELY, asked
from watchfloor.console.places import Wanted, page_of
from watchfloor.console.views.door import PageRequest, page
from watchfloor.domain.naming import selectors
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.errors import Denied


@require_safe
@page(CONFIGURE)
def names(request: PageRequest) -> HttpResponse:
    if not request.viewer.scope.all_clients:
        raise Denied("Names are for all clients: this page is for those who manage all.")
    wanted = Wanted.read(request.GET)
    reviews, after = page_of(request, wanted, selectors.open_reviews(), ("-seen_count", "id"))
    questions, lately = asked(reviews, list(selectors.answered_reviews()[:LATELY]))
    context = {"questions": questions, "lately": lately, "wanted": wanted, "next": after}
    return render(request, "console/names.html", context)
