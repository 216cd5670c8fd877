"""What becomes of rows about a person who is erased: said beside the model, as its access is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personal:
    """The field `person` says whose rows they are.

    `is_deleted`: they go with the person. `blanked` are fields that are emptied; the rest stays,
    under the name that stands in the person's place.
    """

    is_deleted: bool = False
    blanked: tuple[str, ...] = ()
