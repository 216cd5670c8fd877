import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.alerts.report import Report, decode, encode
from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.types import Severity, Signal

TEXT = st.text(max_size=20)
MOMENTS = st.none() | st.floats(min_value=0, max_value=7e9)
REPORTS = st.builds(
    Report,
    event_id=TEXT,
    integration=st.integers(0, 2**40),
    received_at=st.floats(min_value=0, max_value=7e9),
    alert_type=TEXT,
    status=st.sampled_from([Signal.FIRING, Signal.RESOLVED]),
    severity=st.sampled_from(Severity),
    timestamp=MOMENTS,
    site=TEXT,
    message=TEXT,
    dedup_key=TEXT,
    key_is_identity=st.booleans(),
    sender_id=st.none() | TEXT,
    identity=st.none() | TEXT,
    is_touch=st.booleans(),
    expires_at=MOMENTS,
    silence=MOMENTS,
    labels=st.dictionaries(TEXT, TEXT, max_size=4),
)


@given(REPORTS)
def test_a_stored_report_reads_back_the_same(report):
    assert decode(encode(report)) == report


def test_rows_of_an_older_version_with_fewer_fields_stay_readable():
    row = b"\x94" + b"\xa2e1" + b"\x07" + b"\xcbA\xda\x00\x00\x00\x00\x00\x00" + b"\xa4FIRE"

    report = decode(row)

    assert (report.event_id, report.integration, report.alert_type) == ("e1", 7, "FIRE")
    assert report.status is Signal.FIRING
    assert report.severity is Severity.MEDIUM


@pytest.mark.parametrize("row", [b"", b"\x90", b"\xc1", b"\x94\x01\x01\x01\x01"])
def test_a_damaged_row_is_refused_by_name(row):
    with pytest.raises(ReportError, match="damaged"):
        decode(row)
