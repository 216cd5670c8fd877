"""All lists that leave as files, by the name of the file. Those the import reads are in `views`."""

from __future__ import annotations

from collections.abc import Mapping

from watchfloor.console.tables import administration, floor, noise, shift
from watchfloor.console.tables.table import Table

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (*floor.TABLES, *shift.TABLES, *noise.TABLES, *administration.TABLES)
}
