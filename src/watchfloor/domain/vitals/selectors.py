from __future__ import annotations

from uuid import UUID

from watchfloor.domain.vitals.models import DeviceState


def state_of(device_id: UUID) -> DeviceState | None:
    """Return how a device is; None if no beat of it was heard. The caller may see the device."""
    return DeviceState.objects.filter(device_id=device_id).first()
