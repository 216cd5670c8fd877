"""Persons as a page shows them: in full to who may see persons, else masked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from watchfloor.aiops.privacy.names import HIDDEN
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.masking import masked_email, masked_name, masked_phone
from watchfloor.domain.people.models import Person
from watchfloor.platform.accounts.scope import Scope


@dataclass(frozen=True, slots=True)
class Shown:
    """`is_masked`: neither name nor contacts can be read, and numbers cannot be dialled."""

    id: UUID
    code: str
    name: str
    phone: str
    email: str
    home_site: Site | None
    is_verified: bool
    is_masked: bool


def shown(person: Person, names_within: Scope) -> Shown:
    """Return the person as who sees names `names_within` may see them."""
    row = inventory.person_row(person, names_within)
    is_masked = "name" not in row
    return Shown(
        person.pk,
        person.code if row["code"] else HIDDEN,
        masked_name(person.name) if is_masked else person.name,
        masked_phone(person.phone) if is_masked else person.phone,
        masked_email(person.email) if is_masked else person.email,
        person.home_site,
        person.is_verified,
        is_masked,
    )
