"""What the scripts of a page hold, as the browser counts it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Heap:
    session: CDPSession

    @classmethod
    def of(cls, page: Page) -> Heap:
        return cls(page.context.new_cdp_session(page))

    def held(self) -> float:
        """Return megabytes in use after what is not needed any more has been let go."""
        self.session.send("HeapProfiler.collectGarbage")
        return self.used()

    def used(self) -> float:
        """Return megabytes in use, rubbish included."""
        return float(self.session.send("Runtime.getHeapUsage")["usedSize"]) / MEGABYTE
