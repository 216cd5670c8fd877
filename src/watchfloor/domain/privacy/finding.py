"""Finding one person in the words of all tables, and what the words are without the person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from unicodedata import normalize

from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from watchfloor.aiops.privacy.erasing import Eraser, number_pattern
from watchfloor.aiops.privacy.names import LAST_DIGITS
from watchfloor.aiops.privacy.surnames import take_apart
from watchfloor.aiops.privacy.words import spellings, words_of
from watchfloor.domain.contacts.models import Contact
from watchfloor.domain.naming.models import InventoryKind, NameAlias
from watchfloor.domain.people.models import Person
from watchfloor.domain.privacy.places import names_of_places
from watchfloor.domain.privacy.rows import Table
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.models import TenantAwareModel
from watchfloor.platform.tenancy.policies import guarded_models

LEAST_LETTERS = 3
Words = dict[str, Any]


class Search:
    """Finds one person. What the database is asked for is more: spellings differ."""

    def __init__(self, person: Person) -> None:
        aliases = NameAlias.objects.filter(kind=InventoryKind.PERSON, target_id=person.pk)
        names = [person.name, *aliases.values_list("text", flat=True)]
        self.eraser = Eraser(
            person.code,
            f"erased-{person.pk.hex[-12:]}",
            names,
            person.phone,
            person.email,
            is_code_telling=not _is_code_of_another(person.code),
            others=_names_of_others(person),
            places=names_of_places(),
        )
        told = [*_telling_words(names), person.email]
        told += [person.code] if self.eraser.is_telling else []
        self._told = [word for word in told if len(word) >= LEAST_LETTERS or word == person.code]
        self._number = number_pattern(person.phone, LAST_DIGITS)

    def named_in(self, table: Table) -> Iterator[tuple[models.Model, Words]]:
        """Yield the rows in whose words the person stands, and what changes in them without."""
        texts = {f"_{name}": Cast(name, TextField()) for name in table.columns}
        rows = table.model._default_manager.using(table.alias).filter(tenant_id=require_tenant_id())
        for row in list(rows.alias(**texts).filter(self._rule(table)).order_by("pk")):
            if without := self._without(row, table):
                yield row, without

    def _rule(self, table: Table) -> Q:
        rule = Q(pk__in=[])
        for name in table.persons:
            rule |= Q(**{name: self.eraser.code})
        for name in table.columns:
            for word in self._told:
                rule |= Q(**{f"_{name}__icontains": word})
            if self._number:
                rule |= Q(**{f"_{name}__regex": self._number})
        return rule

    def _without(self, row: models.Model, table: Table) -> Words:
        was = {name: getattr(row, name) for name in table.columns}
        new = {
            name: self.eraser.code_of(value) if name in table.persons else self.eraser.value(value)
            for name, value in was.items()
        }
        return {name: value for name, value in new.items() if value != was[name]}


def _telling_words(names: Iterable[str]) -> list[str]:
    """Return of each name the longest word, which stands in any order of its words, and those
    that may stand alone; in all ways in which they are written."""
    words = {max(words_of(name), key=len, default="") for name in names}
    for parts in map(take_apart, names):
        words.update(parts.given, parts.core)
    forms = {normalize(form, word) for word in words for form in ("NFC", "NFD")}
    return sorted(forms.union(*map(spellings, forms)))


def _names_of_others(person: Person) -> Iterator[str]:
    yield from Person.objects.exclude(pk=person.pk).values_list("name", flat=True)
    yield from Contact.objects.values_list("name", flat=True)


def _is_code_of_another(code: str) -> bool:
    """Return whether a place or a thing bears the code as well."""
    return any(
        model._default_manager.filter(Q(code__iexact=code)).exists()
        for model in guarded_models()
        if model is not Person
        and issubclass(model, TenantAwareModel)
        and any(field.name == "code" for field in model._meta.concrete_fields)
    )
