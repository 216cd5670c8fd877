"""Reading watches, the acts of the present system, and the days that were compared."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from watchfloor.domain.org.models import Site
from watchfloor.noc.incidents.models import IncidentPlace
from watchfloor.noc.watching.models import PresentAct, Watch, WatchedDay
from watchfloor.platform.accounts.capabilities import CONFIGURE
from watchfloor.platform.accounts.scope import Scope, Viewer
from watchfloor.platform.errors import NotFound


def watches(scope: Scope) -> QuerySet[Watch]:
    """Return the watches of places that lie wholly within the scope."""
    return Watch.objects.select_related("client", "site").filter(_within(scope))


def watch(scope: Scope, pk: UUID) -> Watch:
    """Return the watch. Raises: NotFound for what lies beyond the scope, too."""
    found = watches(scope).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such watch.")
    return found


def standing() -> QuerySet[Watch]:
    """Return the watches of the tenant that go on now."""
    return Watch.objects.filter(ended_at=None)


def places_watched(scope: Scope) -> QuerySet[Watch, str]:
    """Return the names of the places whose watches touch the scope now.

    That is what somebody there must know of; the oldest watch comes first.
    """
    named = ("site__name", "site__code", "client__name", "client__code")
    name = Coalesce(*(NullIf(one, Value("")) for one in named), Value("everything"))
    found = standing().filter(_touching(scope)).order_by("started_at")
    return found.values_list(name, flat=True)


def is_watched() -> Q:
    """Return the rule for an incident that lies wholly where only watching is done now.

    An incident that reaches beyond is told of: others rely on us there.
    """
    its = IncidentPlace.objects.filter(incident=OuterRef("pk"))
    there = Q(client=OuterRef("client_id")) | Q(site=OuterRef("site_id"))
    all_of_it = standing().filter(client=None, site=None)
    beyond = its.filter(~Exists(standing().filter(there)))
    return Q(Exists(all_of_it)) | Q(Exists(standing()), Exists(its), ~Exists(beyond))


def may_rehearse(viewer: Viewer) -> bool:
    """Whether the viewer may see rehearsals: they show all clients."""
    return viewer.may(CONFIGURE) and viewer.acting(CONFIGURE).scope.all_clients


def acts() -> QuerySet[PresentAct]:
    return PresentAct.objects.order_by("-at", "-id")


def act(pk: UUID) -> PresentAct:
    found = acts().filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such act.")
    return found


def days(scope: Scope, *, of: UUID | None = None, on: date | None = None) -> QuerySet[WatchedDay]:
    """Return the days that were compared, newest first."""
    found = WatchedDay.objects.select_related("watch__client", "watch__site").filter(
        watch__in=watches(scope).values("pk")
    )
    wanted = found.filter(Q(watch_id=of) if of else Q(), Q(date=on) if on else Q())
    return wanted.order_by("-date", "-id")


def _within(scope: Scope) -> Q:
    if scope.all_clients:
        return Q()
    site = Q(site_id__in=scope.site_ids) | Q(site__client_id__in=scope.client_ids)
    return Q(client_id__in=scope.client_ids) | (Q(site__isnull=False) & site)


def _touching(scope: Scope) -> Q:
    """Return the watches of which a part lies within the scope."""
    everything = Q(client=None, site=None)
    holding = Q(client__in=Site.objects.filter(pk__in=scope.site_ids).values("client"))
    return everything | _within(scope) | holding if not scope.all_clients else Q()
