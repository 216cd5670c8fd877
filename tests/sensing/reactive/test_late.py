"""Events that come late, in pieces, or with a time that cannot be."""

from __future__ import annotations

from datetime import timedelta

from tests.sensing.operation import at
from tests.sensing.reactive.test_drain import an_operation
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.sensing.reactive import store
from watchfloor.sensing.reactive.models import SubjectState


def test_moments_are_kept_whether_they_are_whole_seconds_or_not() -> None:
    tenant = an_operation()
    with tenant_scope(tenant.id):
        due = int(at(5).timestamp())
        dues = {"A": due, "B": due + 0.5, "C": None}
        store.save([store.Known(ShiftFacts(code=code), at) for code, at in dues.items()])
        rows = SubjectState.objects.filter(tenant_id=tenant.id).order_by("code")
        kept = list(rows.values_list("due_at", flat=True))
    assert kept == [at(5), at(5) + timedelta(seconds=0.5), None]
