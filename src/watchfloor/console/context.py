"""What the frame of every page needs: user, live channel, life safety that waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from watchfloor.console import words
from watchfloor.console.alarms import alarms
from watchfloor.console.pages import Section, sections_for
from watchfloor.console.reading import newest
from watchfloor.domain.video.selectors import Templates, templates
from watchfloor.noc.alerts import tested
from watchfloor.noc.alerts.tested import Test
from watchfloor.platform.accounts import capabilities
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.accounts.sessions import BOUND, ENROL_BY

ACTS = {
    "acknowledge": capabilities.ACK_ALERTS,
    "assign": capabilities.ASSIGN_INCIDENTS,
    "snooze": capabilities.ACK_ALERTS,
    "escalate": capabilities.ESCALATE,
    "comment": capabilities.ACK_ALERTS,
    "hand-over": capabilities.ACK_ALERTS,
    "resolve": capabilities.ACK_ALERTS,
    "release": capabilities.ACK_ALERTS,
    "correct": capabilities.CORRECT_GROUPING,
}


@dataclass(frozen=True, slots=True)
class Console:
    """The frame of one page. Made before the page reads its rows: its `seq` must be older."""

    user: User
    tenant_name: str
    path: str
    viewer: Viewer
    acts: frozenset[str]
    data: dict[str, Any]
    watched: list[str]
    tests: list[Test]
    codes_needed_by: str
    is_by_pin: bool

    @property
    def zone(self) -> str:
        return self.user.time_zone or "UTC"

    @property
    def user_name(self) -> str:
        return str(self.user)

    @property
    def initials(self) -> str:
        words_of_name = self.user_name.split("@")[0].replace(".", " ").split()
        return "".join(word[0] for word in words_of_name[:2]).upper() or "?"

    @property
    def may_acknowledge(self) -> bool:
        return "acknowledge" in self.acts

    @property
    def may_open(self) -> bool:
        return "assign" in self.acts

    @property
    def may_export(self) -> bool:
        return self.viewer.may(capabilities.EXPORT)

    @property
    def may_set_up(self) -> bool:
        configuring = self.viewer.acting(capabilities.CONFIGURE)
        return self.viewer.may(capabilities.CONFIGURE) and configuring.scope.all_clients

    @property
    def video(self) -> Templates:
        return templates(self.user.tenant.settings)

    @property
    def sections(self) -> list[Section]:
        return sections_for(self.viewer, self.path)


def console_for(request: HttpRequest, viewer: Viewer, user: User) -> Console:
    acts = frozenset(act for act, capability in ACTS.items() if viewer.may(capability))
    now = timezone.now()
    known = newest(viewer, now)
    data = {
        "seq": known.frame,
        "last_event_at": known.at,
        **alarms(viewer, user, now),
        "may": sorted(acts),
        "me": {"id": user.pk, "name": str(user)},
        "words": words.for_scripts(),
    }
    tests = tested.under_way(viewer.scope, now) if known.is_tested else []
    by = request.session.get(ENROL_BY, "")
    by_pin = request.session.get(BOUND) == capabilities.BY_PIN
    return Console(
        user, user.tenant.name, request.path, viewer, acts, data, known.watched, tests, by, by_pin
    )


def console(request: HttpRequest) -> dict[str, object]:
    """Context processor: pages of signed-in people have a `console`, others do not."""
    found = cast("Console | None", getattr(request, "console", None))
    return {"console": found} if found else {}
