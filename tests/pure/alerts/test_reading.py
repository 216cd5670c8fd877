from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.alerts.reading import parse_severity, parse_timestamp
from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.types import Severity


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ("critical", Severity.CRITICAL),
        ("Error", Severity.HIGH),
        (" warning ", Severity.MEDIUM),
        ("INFO", Severity.INFO),
        ("fatal", Severity.CRITICAL),
        ("Emergency", Severity.CRITICAL),
        ("page", Severity.CRITICAL),
        ("Disaster", Severity.CRITICAL),
        ("average", Severity.MEDIUM),
        ("Not classified", Severity.INFO),
        ("P1", Severity.CRITICAL),
        ("p5", Severity.INFO),
        ("SEV-2", Severity.HIGH),
        ("sev0", Severity.CRITICAL),
        ("Priority 3", Severity.MEDIUM),
        ("5", Severity.CRITICAL),
        (1, Severity.INFO),
        (4.0, Severity.HIGH),
    ],
)
def test_known_spellings_of_severity(given, severity):
    assert parse_severity(given) == (severity, True)


@pytest.mark.parametrize("given", [None, "", "purple", True, 17, -1, float("nan"), [], "x" * 9999])
def test_an_unknown_or_missing_severity_is_medium_and_says_so(given):
    assert parse_severity(given) == (Severity.MEDIUM, False)


NINE_PAST_TWO = datetime(2026, 1, 5, 2, 9, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-05T02:09:00Z",
        "2026-01-05t02:09:00z",
        "2026-01-05T02:09:00",
        "2026-01-05 02:09:00 UTC",
        "2026-01-05T07:39:00+05:30",
        "2026-01-04T21:09:00-0500",
        "2026-01-05T02:09:00.000000000Z",
        "20260105T020900Z",
        NINE_PAST_TWO,
        int(NINE_PAST_TWO),
        str(int(NINE_PAST_TWO)),
        f"{NINE_PAST_TWO:.3f}",
        int(NINE_PAST_TWO) * 1_000,
        int(NINE_PAST_TWO) * 1_000_000,
        int(NINE_PAST_TWO) * 1_000_000_000,
        str(int(NINE_PAST_TWO) * 1_000),
    ],
)
def test_one_moment_in_many_spellings(value):
    assert parse_timestamp(value) == NINE_PAST_TWO


@pytest.mark.parametrize("value", [None, "", "  ", "0001-01-01T00:00:00Z"])
def test_no_time_given_is_none(value):
    assert parse_timestamp(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "1979-12-31T23:59:59Z",
        "2200-01-01T00:00:01Z",
        "2026-13-01T00:00:00Z",
        0,
        -5,
        12345,
        20260105,
        float("nan"),
        float("inf"),
        "nan",
        "1e400",
        pytest.param(10**5000, id="huge"),
        pytest.param("9" * 6000, id="huge text"),
        True,
        [],
        {"seconds": 1},
    ],
)
def test_an_absurd_time_is_refused_with_the_cure(value):
    with pytest.raises(ReportError, match="send ISO 8601") as refused:
        parse_timestamp(value)

    assert len(str(refused.value)) < 200


@given(
    st.datetimes(datetime(1980, 1, 2), datetime(2199, 12, 30)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_any_offset_is_read(moment, minutes):
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert parse_timestamp(aware.isoformat()) == pytest.approx(aware.timestamp(), abs=1e-6)
