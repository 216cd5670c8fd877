"""Sealing in tests: rows wait for every transaction on the server, also for other tests' ones."""

from django.utils import timezone

from tests.processes import happens_within
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.audit.sealer import ALIAS, Sealer


def seal_all() -> None:
    """Seal until no row of this database waits any more."""
    sealer = Sealer()

    def sealed() -> bool:
        sealer.seal_pending(timezone.now())
        return not AuditRow.everybody.using(ALIAS).filter(seal=None).exists()

    assert happens_within(sealed, seconds=30)
