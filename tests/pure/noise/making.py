"""Reports for the noise tests: told to an `AlertStream`, the way a tenant's stream is."""

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import Severity, Signal

DAWN = 1_767_600_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


class Story:
    """A stream that is told one report after the other; ids are counted."""

    def __init__(self, **settings):
        self.stream = AlertStream(**settings)
        self.told = 0
        self.answers = []

    def tell(self, at, alert_type, device="", status=Signal.FIRING, **fields):
        self.told += 1
        named = {"site": "S1", "severity": Severity.LOW, **fields}
        report = Report(
            f"{self.told:032x}", 1, DAWN + at + 1, alert_type, status,
            timestamp=DAWN + at, device=device, **named,
        )  # fmt: skip
        self.answers.append(self.stream.apply(report))
        return self.answers[-1]

    def resolve(self, at, alert_type, device="", **fields):
        return self.tell(at, alert_type, device, Signal.RESOLVED, **fields)

    def past_of_blips(self, count=30, alert_type="LINK_DOWN", device="cam-1", lasts=90.0):
        """Tell `count` alerts, one each 6 hours, that resolve by themselves; return the time."""
        for number in range(count):
            self.tell(number * 6 * HOUR, alert_type, device)
            self.resolve(number * 6 * HOUR + lasts, alert_type, device)
        return count * 6 * HOUR

    def past_of_lone_ones(self, count=25, alert_type="COVERAGE_LOW", device="cam-1"):
        """Tell `count` alerts, one each 26 hours, each of which comes to nothing."""
        for number in range(count):
            self.tell(number * 26 * HOUR, alert_type, device)
        return count * 26 * HOUR


def kind_of(applied):
    return applied.suppressed_by.kind.value if applied.suppressed_by else None
