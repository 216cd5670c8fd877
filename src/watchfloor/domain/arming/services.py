from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from watchfloor.aiops.operation.events import ArmingState
from watchfloor.domain.arming.models import ArmingChange
from watchfloor.domain.naming.happenings import Happening
from watchfloor.platform.moments import moment


def record_arming(happenings: Sequence[Happening], now: datetime) -> None:
    """Write what was armed and disarmed."""
    changes = [_change(one, one.event) for one in happenings if isinstance(one.event, ArmingState)]
    ArmingChange.objects.bulk_create(changes, ignore_conflicts=True)


def _change(one: Happening, event: ArmingState) -> ArmingChange:
    return ArmingChange(
        id=UUID(one.event_id),
        at=moment(one.at),
        received_at=moment(one.received_at),
        site_id=one.site_id,
        area=event.area,
        state=event.state,
        person_code=event.person,
    )
