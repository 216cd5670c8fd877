"""Which sites and people a roster means: by code, else as senders' other spellings are understood,
people by a known e-mail address, too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from django.db.models.functions import Lower

from watchfloor.aiops.alerts.report import Report
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.naming.book import Book, open_book
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.accounts.scope import Scope

_MAIL = re.compile(r"(?P<name>[^<>]*?)\s*<?(?P<mail>[^<>\s]+@[^<>\s]+)>?")
"""`Ann Lee <ann@example.com>`, or the address alone."""
_ADDRESS = re.compile(r"\s*[,;\n]")
"""Calendars put the street behind the name of a place."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """`sites` are those of the scope, and `people` and `mails` those whom the roster names."""

    sites: Mapping[str, Site]
    people: Set[str]
    mails: Mapping[str, str]
    book: Book

    @classmethod
    def of(cls, named: Iterable[str], scope: Scope) -> Meaning:
        """Read what may be meant by these names of people. Costs the same for any number."""
        names = set(named)
        known = Person.objects.filter(code__in=names).values_list("code", flat=True)
        return cls(
            {site.code: site for site in inventory.sites_for(scope)},
            frozenset(known),
            _codes_by_mail(
                {found["mail"].lower() for found in map(_MAIL.fullmatch, names) if found}
            ),
            open_book(),
        )

    def site(self, text: str) -> Site | None:
        for said in dict.fromkeys((text, _ADDRESS.split(text)[0])):
            asked = Report("", 0, 0.0, "", site=said)
            code = said if said in self.sites else self.book.places.of(asked).site_match.id
            if site := self.sites.get(code or ""):
                return site
        return None

    def person(self, text: str) -> str | None:
        """Return the code. An address says more than a name; two people with one say nothing."""
        if text in self.people:
            return text
        found = _MAIL.fullmatch(text)
        if found and (code := self.mails.get(found["mail"].lower())):
            return code
        name = found["name"] if found else text
        return self.book.people.match(name, InventoryKind.PERSON).id


def _codes_by_mail(mails: Set[str]) -> dict[str, str]:
    rows = Person.objects.filter(is_active=True).annotate(mail=Lower("email"))
    found: dict[str, list[str]] = {}
    for mail, code in rows.filter(mail__in=mails).values_list("mail", "code"):
        found.setdefault(mail, []).append(code)
    return {mail: codes[0] for mail, codes in found.items() if len(codes) == 1}
