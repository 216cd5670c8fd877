"""Sites as a table: a row for each, and the clients that it names and nobody knows yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from watchfloor.domain.inventory.specs import SiteSpec
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Client
from watchfloor.platform.importing import read_csv

COLUMNS = ("code", "name", "client", "parent", "time_zone", "latitude", "longitude")
"""What a newcomer needs; all others of a site are understood too."""
CODES = ("code", "id")


def read_sites(text: str) -> Mapping[InventoryKind, Sequence[Mapping[str, Any]]]:
    """Return the tables of a CSV text. A client that is not there is made, named by its code.

    Raises: Invalid where it is no such table; what a row says is for the import to judge.
    """
    rows = read_csv(text, what="sites", needs=CODES, spec=SiteSpec)
    named = {row["client"].strip() for row in rows if "client" in row}
    known = set(Client.objects.filter(code__in=named).values_list("code", flat=True))
    clients = [{"code": code, "name": code} for code in sorted(named - known)]
    return {InventoryKind.CLIENT: clients, InventoryKind.SITE: rows}
