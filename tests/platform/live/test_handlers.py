"""Open pages of somebody whose access changed look at their session at once."""

import asyncio

from channels.layers import get_channel_layer
from django.db import connections
from django.utils import timezone

from tests.embedded.test_bridge import until_heard
from tests.make import make_tenant, make_user
from watchfloor.platform.accounts import services
from watchfloor.platform.accounts.models import User
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.events import bus, relay
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.live.groups import sockets_of
from watchfloor.platform.tenancy.context import tenant_scope


def disable(user: User) -> None:
    with tenant_scope(user.tenant_id):
        services.set_active(user, False, by=SYSTEM, now=timezone.now())
    while relay.relay_pending(timezone.now):
        continue
    connections.close_all()


def test_sockets_of_a_disabled_user_are_told_to_look():
    bus.load_handlers()
    OutboxEvent.everybody.using("system").all().delete()  # what other tests left
    user = make_user(make_tenant())

    async def run() -> dict[str, object]:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(sockets_of(str(user.pk)), channel)
        hearing = asyncio.create_task(layer.receive(channel))
        await until_heard(layer)
        await asyncio.to_thread(disable, user)
        told = await asyncio.wait_for(hearing, 5)
        await layer.close()
        return told

    assert asyncio.run(run()) == {"type": "session.check"}
