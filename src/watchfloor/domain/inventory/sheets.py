"""Sites as a table: a row for each, and the clients that it names and nobody knows yet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Client
from watchfloor.platform.errors import Invalid

Rows = list[dict[str, Any]]
COLUMNS = ("code", "name", "client", "parent", "time_zone", "latitude", "longitude")
"""What a newcomer needs; all others of a site are understood too."""
_CODES = ("code", "id")


def read_sites(text: str) -> Mapping[InventoryKind, Sequence[Mapping[str, Any]]]:
    """Return the tables of a CSV text. A client that is not there is made, named by its code.

    Raises: Invalid where it is no such table; what a row says is for the import to judge.
    """
    rows = _rows(text)
    named = {str(row["client"]).strip() for row in rows if "client" in row}
    known = set(Client.objects.filter(code__in=named).values_list("code", flat=True))
    clients = [{"code": code, "name": code} for code in sorted(named - known)]
    return {InventoryKind.CLIENT: clients, InventoryKind.SITE: rows}


def _rows(text: str) -> Rows:
    """Return the cells of each row that are filled."""
    lines = csv.DictReader(io.StringIO(text.removeprefix("\N{BYTE ORDER MARK}")))
    try:
        if not set(_CODES) & set(lines.fieldnames or ()):
            raise Invalid("This is no table of sites.", fields={"csv": "add a column: code"})
        return [{name: cell for name, cell in line.items() if name and cell} for line in lines]
    except csv.Error as error:
        raise Invalid("This is no CSV.", fields={"csv": str(error)}) from None
