"""Setting where cameras are seen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from watchfloor.domain.org.models import Client
from watchfloor.domain.video import links, selectors
from watchfloor.domain.video.selectors import ALL_CLIENTS, SETTING, Templates
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy import settings
from watchfloor.platform.tenancy.context import require_tenant_id


@transaction.atomic
def change(template: str, *, client: Client | None, by: Actor, now: datetime) -> Templates:
    """Set the link to the cameras of a client, of all others for None; "" takes it away.

    The same again changes nothing. Raises: Invalid.
    """
    if template:
        links.check(template)
    key = str(client.pk) if client else ALL_CLIENTS
    # Others wait here, so that nobody's change of another client is lost.
    before = selectors.templates(settings.put())
    after = {name: one for name, one in {**before, key: template}.items() if one}
    if after != before:
        settings.put(**{SETTING: after or None})
        code = client.code if client else None
        audit.record(
            by, "video.changed", "tenant", require_tenant_id(), at=now,
            before={"client": code, "template": before.get(key)},
            after={"client": code, "template": template or None},
        )  # fmt: skip
    return after
