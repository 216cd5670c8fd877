"""What a list shows, as its address says. Scripts apply the same rules to rows that come later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from watchfloor.console.ranges import Reader, TimeRange
from watchfloor.console.words import DISPOSITIONS, SEVERITIES, SUPPRESSIONS
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents.selectors import NOT_SAID, number_in, turned_out
from watchfloor.platform import searching

OVER = ("RESOLVED", "CLOSED")
INCIDENT_STATES: Mapping[str, str] = {
    "open": "Open",
    "new": "New",
    "taken": "Taken",
    "resolved": "Resolved",
    "all": "All",
}
ALERT_STATES: Mapping[str, str] = {
    "firing": "Firing",
    "new": "New",
    "quiet": "Kept quiet",
    "all": "All",
}
_STATE_RULES: Mapping[str, Q] = {
    "open": ~Q(state__in=OVER),
    "new": Q(state="NEW"),
    "taken": ~Q(state__in=(*OVER, "NEW")),
    "resolved": Q(state__in=OVER),
    "firing": Q(signal=1) & ~Q(state__in=OVER),
    "quiet": ~Q(suppressed_by=""),
    "all": Q(),
}
WHO = ("me", "nobody")
INCIDENT_TEXTS = ("title", "site__name", "client__name")
_FEW = ("open", "new", "taken", "firing")
"""States in which a search may read all there is."""
FREE_TEXTS = ("title", "message")
"""In which senders and people may name persons."""
ALERT_TEXTS = ("message", "alert_type", "entity_id", "site_name", "client_name")


@dataclass(frozen=True, slots=True)
class Filter:
    """`state` is a key of the list's states; `severity` holds levels, none for all.

    `when`: only what began within; `reason`: only what is kept quiet for it;
    `disposition`: only incidents that turned out to be it, or of which nobody said; `who`: only
    incidents given to "me" or to "nobody". `back_to`: so far back a search looks that would else
    read all that ever came.
    """

    state: str
    when: TimeRange
    severity: tuple[int, ...] = ()
    site: UUID | None = None
    q: str = ""
    incident: UUID | None = None
    reason: str = ""
    disposition: str = ""
    who: str = ""
    back_to: datetime | None = None
    is_narrowed: bool = False

    @classmethod
    def read(cls, query: QueryDict, states: Mapping[str, str], reader: Reader) -> Filter:
        """Return what `query` asks for; values that mean nothing are left out, not refused."""
        usual = next(iter(states))
        state = query.get("state", usual)
        found = cls(
            state if state in states else usual,
            TimeRange.read(query, reader),
            tuple(sorted({int(v) for v in query.getlist("severity") if _is_level(v)})),
            _as_uuid(query.get("site", "")),
            query.get("q", "").strip()[:100],
            _as_uuid(query.get("incident", "")),
            query.get("reason", "") if query.get("reason") in SUPPRESSIONS else "",
            asked if (asked := query.get("disposition", "")) in (*DISPOSITIONS, NOT_SAID) else "",
            query.get("who", "") if query.get("who") in WHO else "",
        )
        return found._marked(usual, reader.now)

    def _marked(self, usual: str, now: datetime) -> Filter:
        parts = (self.severity, self.site, self.q, self.incident, self.reason)
        reads_all = self.q and self.state not in _FEW and not (self.incident or self.when.since)
        return replace(
            self,
            is_narrowed=self.state != usual
            or any((*parts, self.when.is_set, self.disposition, self.who)),
            back_to=searching.begin(now) if reads_all else None,
        )

    def rule(self, texts: tuple[str, ...], began: str) -> Q:
        """Return the filter of the rows; for `site`, `incident`, `who`, `back_to` lists differ.

        `began` is the column of when a row began.
        """
        rule = _STATE_RULES[self.state] & self.when.rule(began) & turned_out(self.disposition)
        if self.reason:
            rule &= Q(suppressed_by=self.reason) | Q(suppressed_by__startswith=f"{self.reason}:")
        if self.severity:
            rule &= Q(severity__in=self.severity)
        return rule & _containing(self.q, texts, numbered=began == "opened_at") if self.q else rule

    def for_scripts(self) -> dict[str, object]:
        return {
            "state": self.state,
            "severity": [SeverityLevel(level).name for level in self.severity],
            "site": self.site,
            "q": self.q,
            "since": self.when.since,
            "until": self.when.until,
            "reason": self.reason,
            "disposition": self.disposition,
            "who": self.who,
        }


def _containing(text: str, fields: tuple[str, ...], *, numbered: bool) -> Q:
    rule = Q()
    for field in fields:
        rule |= Q(**{f"{field}__icontains": text})
    number = number_in(text)
    return rule | Q(number=number) if numbered and number is not None else rule


def _is_level(text: str) -> bool:
    return text.isdecimal() and int(text) in SEVERITIES


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
