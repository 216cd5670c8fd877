"""Whom an answer tells of, for who may see persons: noted where persons are told, and written down
behind the view, so that no list has to think of it.

Where masks only are seen nothing is noted. Who reads one person is on record by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone

from watchfloor.platform.accounts.scope import Place, Scope
from watchfloor.platform.audit import disclosures
from watchfloor.platform.masking import MASKED, without_any_secret

Find = Callable[[Collection[str]], Collection[UUID]]
"""Gets codes of persons, returns the ids of those who are known."""
_find: list[Find] = []
_NOT_NARROWING = frozenset({"after", "limit"})
_SEARCH = "q"
_MOST_FILTERS, _LONGEST = 20, 100


def use(find: Find) -> None:
    """Let the room that knows persons say whose a code is."""
    _find[:] = [find]


class _Told:
    """The persons whom one answer tells somebody who sees names `within`."""

    def __init__(self, within: Scope) -> None:
        self.within = within
        self.ids: set[UUID] = set()
        self.codes: set[str] = set()
        self.on_record: set[UUID] = set()

    def people(self) -> set[UUID]:
        [find] = _find
        found = find(self.codes) if self.codes else ()
        return {*self.ids, *found} - self.on_record


_told: ContextVar[_Told | None] = ContextVar("watchfloor_told", default=None)


def note(person: UUID | str | None, place: Place) -> None:
    """Note that the answer tells of a person, by id or code, who may be known at this place."""
    told = _told.get()
    if told is None or not person or not told.within.covers(*place):
        return
    if isinstance(person, str):
        told.codes.add(person)
    else:
        told.ids.add(person)


def is_on_record(person: UUID) -> None:
    """Leave a person out whose reading has an audit row of its own."""
    if told := _told.get():
        told.on_record.add(person)


class DisclosureMiddleware:
    """Writes down whom an answer told of, to whom and by which address; within the tenant's scope.

    What changes something has an audit row of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        viewer = getattr(request, "viewer", None)
        if viewer is None or request.method not in {"GET", "HEAD"}:
            return self._get_response(request)
        with _telling(viewer.names_within) as told:
            response = self._get_response(request)
        if response.status_code < 400 and (people := told.people()):
            narrowed = _narrowed(request.GET)
            now = timezone.now()
            disclosures.note(viewer.actor, request.path, people, narrowed=narrowed, now=now)
        return response


@contextmanager
def _telling(within: Scope) -> Iterator[_Told]:
    told = _Told(within)
    token = _told.set(told)
    try:
        yield told
    finally:
        _told.reset(token)


def _narrowed(query: QueryDict) -> dict[str, str]:
    """Return what a list was narrowed by. What was searched for may be a part of a name."""
    said = {
        _short(name): MASKED if name == _SEARCH else _short(query.get(name, ""))
        for name in islice(query, _MOST_FILTERS)
        if name not in _NOT_NARROWING and query.get(name)
    }
    narrowed: dict[str, str] = without_any_secret(said)
    return narrowed


def _short(text: str) -> str:
    return text[:_LONGEST].replace("\0", "")
