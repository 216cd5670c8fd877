from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "watchfloor.domain.people"
    label = "people"

    def ready(self) -> None:
        from watchfloor.domain.people.codes import ids_of
        from watchfloor.domain.people.registers import EMPLOYMENTS, GROUPS, LICENCES
        from watchfloor.domain.registers.declaration import declare
        from watchfloor.platform import disclosing

        declare(GROUPS, EMPLOYMENTS, LICENCES)
        disclosing.use(ids_of)
