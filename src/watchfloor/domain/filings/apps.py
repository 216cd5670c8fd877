from __future__ import annotations

from django.apps import AppConfig


class FilingsConfig(AppConfig):
    name = "watchfloor.domain.filings"
    label = "filings"

    def ready(self) -> None:
        from watchfloor.domain.filings.registers import FILINGS, REQUIRED_REPORTS
        from watchfloor.domain.registers.declaration import declare

        declare(REQUIRED_REPORTS, FILINGS)
