"""What is to be masked: persons who lie beyond where names may be seen."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Q

from watchfloor.aiops.privacy.names import Mask
from watchfloor.domain.contacts.models import Contact
from watchfloor.domain.people.models import Person
from watchfloor.domain.privacy.places import names_of_places
from watchfloor.platform.accounts.scope import NOTHING, Scope
from watchfloor.platform.tenancy.context import require_tenant_id

_KEPT = 256
_STATE = """
SELECT (SELECT number FROM org_inventoryrevision WHERE tenant_id = %s),
       (SELECT id FROM people_person WHERE tenant_id = %s ORDER BY id DESC LIMIT 1)"""
"""Senders name people without a new revision."""
_State = tuple[Any, ...]
_states: dict[int, tuple[float, _State]] = {}
_masks: OrderedDict[tuple[int, Scope], tuple[_State, Mask]] = OrderedDict()


def mask_of(within: Scope, at_most: float) -> Mask:
    """Return the mask, made anew when the inventory or a call list changed.

    What is known of that is so many seconds old at most.
    """
    key = require_tenant_id(), within
    state = _state(at_most)
    known = _masks.get(key)
    if known is None or known[0] != state:
        known = _masks[key] = (state, _made(within))
    _masks.move_to_end(key)
    while len(_masks) > _KEPT:
        _masks.popitem(last=False)
    return known[1]


def _state(at_most: float) -> _State:
    """Return what changes when there is somebody new, as it was so many seconds ago at most."""
    tenant_id = require_tenant_id()
    read_at, state = _states.get(tenant_id, (float("-inf"), ()))
    if time.monotonic() - read_at >= at_most:
        began = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute(_STATE, [tenant_id, tenant_id])
            state = tuple(cursor.fetchone())
        _states[tenant_id] = (began, state)
    return state


def _made(within: Scope) -> Mask:
    people = Person.objects.exclude(_seen(within, "home_site__client_id", "home_site_id"))
    rows = list(people.values_list("code", "name", "phone", "email", "is_verified"))
    contacts = list(
        Contact.objects.exclude(_seen(within, "site__client_id", "site_id")).values_list(
            "name", "phone"
        )
    )
    # A confirmed person without a name has a code for one, which is nobody's secret. What only
    # senders and call lists name may be a desk: of that, no word alone is a surname.
    return Mask(
        [name for code, name, _, _, is_verified in rows if is_verified and name != code],
        [phone for _, _, phone, _, _ in rows] + [phone for _, phone in contacts],
        [email for _, _, _, email, _ in rows],
        heard=[name for _, name, _, _, is_verified in rows if not is_verified]
        + [name for name, _ in contacts],
        spared=_names_within(within),
        places=names_of_places(),
    )


def _names_within(within: Scope) -> Iterable[str]:
    if within == NOTHING:
        return ()
    seen = Person.objects.filter(_seen(within, "home_site__client_id", "home_site_id"))
    return seen.filter(is_verified=True).values_list("name", flat=True)


def _seen(within: Scope, client_field: str, site_field: str) -> Q:
    return within.q(client_field, site_field)
