"""The client or site that somebody chooses, by its id, out of what they may see."""

from __future__ import annotations

from uuid import UUID

from watchfloor.domain.org.models import Client, Site
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import Invalid, NotFound


def place(
    client_id: UUID | None, site_id: UUID | None, scope: Scope
) -> tuple[Client | None, Site | None]:
    """Return the one that was chosen, if any. Raises: Invalid for two, NotFound for one beyond."""
    if client_id is not None and site_id is not None:
        message = "Name a client or a site, not both."
        raise Invalid(message, fields={"site_id": message})
    if client_id is not None:
        client = Client.objects.filter(pk=client_id).first()
        if client is None or not scope.covers(client.pk, None):
            raise NotFound("There is no such client.")
        return client, None
    if site_id is not None:
        site = Site.objects.filter(pk=site_id).first()
        if site is None or not scope.covers(site.client_id, site.pk):
            raise NotFound("There is no such site.")
        return None, site
    return None, None
