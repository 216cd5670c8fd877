"""Call lists as a viewer may see them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from watchfloor.aiops.calendars import hours
from watchfloor.domain.contacts.models import Contact
from watchfloor.platform.accounts.scope import Scope


def contacts_for(scope: Scope) -> QuerySet[Contact]:
    """Return the contacts of the sites in the scope, each site's in the order of its list."""
    found = Contact.objects.filter(scope.q("site__client_id", "site_id"), is_active=True)
    return found.select_related("site").order_by("site__name", "site_id", "position", "id")


def may_be_called(contact: Contact, now: datetime) -> bool:
    """Return whether it is an hour at which the contact may be called, by the site's clock."""
    return hours.covers(contact.hours, now.astimezone(ZoneInfo(contact.site.time_zone)))


def contact_row(contact: Contact, names_within: Scope, now: datetime) -> dict[str, object]:
    """Return a contact without name and number where they lie beyond `names_within`."""
    row: dict[str, object] = {
        "id": contact.pk,
        "position": contact.position,
        "role": contact.role,
        "hours": contact.hours,
        "may_be_called": may_be_called(contact, now),
    }
    if names_within.covers(contact.site.client_id, contact.site_id):
        row |= {"name": contact.name, "phone": contact.phone}
    return row
