from __future__ import annotations

from watchfloor.aiops.calendars.business import Calendar
from watchfloor.aiops.operation.facts.site_areas import Schedules
from watchfloor.domain.arming.models import ArmingSchedule


def schedules() -> Schedules:
    """Return the open hours of the tenant's areas, as the rules read them."""
    rows = ArmingSchedule.objects.filter(is_active=True).values_list(
        "site__code", "area", "open_hours", "site__time_zone", "closed_on"
    )
    return {
        (site, area): Calendar(hours, zone, frozenset(closed_on))
        for site, area, hours, zone, closed_on in rows
    }
