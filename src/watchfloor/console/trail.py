"""The audit log as its page tells it: who did what to what, by names where they are known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from watchfloor.console import reading
from watchfloor.console.ranges import Reader, TimeRange
from watchfloor.platform.accounts.models import ApiKey
from watchfloor.platform.accounts.names import names_of
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.audit.selectors import trail

ORDER = ("-at", "-id")
LONGEST = 128
LONGEST_CURSOR = 1_000
NOBODY = {"system": "The floor itself", "operator": "Somebody at the command line"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list shows, as its address says.

    `actor` and `about` are a kind, or a kind and an id with a colon between.
    """

    when: TimeRange
    actor: str = ""
    action: str = ""
    about: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: QueryDict, reader: Reader) -> Asked:
        words = {name: _text(query, name) for name in ("actor", "action", "about")}
        after = query.get("after", "")[:LONGEST_CURSOR]
        return cls(TimeRange.read(query, reader), **words, after=after)

    @property
    def filters(self) -> str:
        """Return what narrows the list, as an address carries it."""
        names = ("actor", "action", "about")
        said = {name: getattr(self, name) for name in names if getattr(self, name)}
        return urlencode(self.when.asked | said)

    def rows(self) -> QuerySet[AuditRow]:
        actor_kind, _, actor_id = self.actor.partition(":")
        object_kind, _, object_id = self.about.partition(":")
        return trail(
            since=self.when.since, until=self.when.until,
            actor_kind=actor_kind, actor_id=actor_id, action=self.action,
            object_kind=object_kind, object_id=object_id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    row: AuditRow
    who: str

    @property
    def actor(self) -> str:
        return f"{self.row.actor_kind}:{self.row.actor_id}"

    @property
    def about(self) -> str:
        return f"{self.row.object_kind}:{self.row.object_id}"

    @property
    def values(self) -> Sequence[tuple[str, str]]:
        """Return what was before and after, as far as it was written down."""
        given = (("Before", self.row.before), ("After", self.row.after))
        return [(name, json.dumps(said, indent=2, ensure_ascii=False, sort_keys=True))
                for name, said in given if said]  # fmt: skip


def acts(rows: Iterable[AuditRow]) -> list[Act]:
    """Return the rows with the names of who acted. Two queries."""
    found = list(rows)
    people = names_of(_ids(found, "user"))
    keys = ApiKey.objects.filter(pk__in=_ids(found, "key")).values_list("pk", "name")
    programs = {str(pk): name for pk, name in keys}
    return [Act(row, _who(row, people, programs)) for row in found]


def actors(chosen: str) -> list[tuple[str, str]]:
    """Return whom one can ask for, and the one who is asked for if nobody of them."""
    found = [(f"user:{one.pk}", str(one)) for one in reading.people()]
    found += [("key", "Keys"), *NOBODY.items()]
    known = {value for value, _ in found}
    return found if not chosen or chosen in known else [*found, (chosen, "The one chosen")]


def _who(row: AuditRow, people: Mapping[str, str], programs: Mapping[str, str]) -> str:
    if row.actor_kind == "user":
        return people.get(row.actor_id, "Somebody who is gone")
    if row.actor_kind == "key":
        return f"Key {programs.get(row.actor_id, 'that is gone')}"
    return NOBODY.get(row.actor_kind, row.actor_kind)


def _ids(rows: Iterable[AuditRow], kind: str) -> set[str]:
    return {row.actor_id for row in rows if row.actor_kind == kind and _is_uuid(row.actor_id)}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _text(query: QueryDict, name: str) -> str:
    return query.get(name, "").strip()[:LONGEST].replace("\0", "")
