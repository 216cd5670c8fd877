"""Which column of anybody's file means what: by its name, and by what its values look like.

A guess is printed and can be overridden by `--map`. Where two columns fit alike, nothing is
guessed: the error names the choices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from watchfloor.aiops.alerts.reading import parse_severity
from watchfloor.cli.dates import DateReader, date_reader
from watchfloor.embedded.errors import Misuse
from watchfloor.noc.intake.fields import signal_of
from watchfloor.platform.tables import field_named

ALIKE = 0.005
"""Two columns whose scores differ by less are equally likely."""
ENOUGH = 0.5
"""Below this score a column is no candidate."""
_NAMES: Mapping[str, str] = {
    "timestamp": "timestamp time @timestamp event_time occurred_at occurred datetime date_time "
    "alarm_time alert_time started_at starts_at start_time opened_at opened raised_at fired_at "
    "triggered_at created_at created first_occurrence date when generated_at log_time logged_at "
    "last_occurrence clock",
    "received_at": "received_at received ingested_at arrival_time",
    "tenant": "tenant",
    "alert_type": "alert_type alarm_type event_type type alert_name alertname alarm_name rule_name "
    "rule signature check_name check trigger kind event_name event alarm category condition "
    "problem symptom metric subcategory name",
    "severity": "severity sev severity_name priority prio criticality level urgency impact",
    "status": "status state signal alert_status alarm_status event_state incident_state",
    "entity_id": "entity_id entity host hostname host_name node device_id device device_name asset "
    "asset_id cmdb_ci ci configuration_item resource instance machine server computer equipment "
    "object target unit camera component element ip ip_address",
    "site": "site site_id site_name location building facility store branch premises plant campus "
    "datacenter data_center dc office area region zone",
    "client": "client client_id customer customer_id customer_name account company organisation "
    "organization",
    "message": "message msg alert_message description short_description summary alarm_text text "
    "title details detail info note comment",
    "source": "source detector tool system monitoring_system monitor origin product vendor "
    "integration sensor service",
    "id": "id alert_id alarm_id event_id uuid guid uid record_id number incident_id ticket",
    "dedup_key": "dedup_key dedupe_key fingerprint correlation_key alert_key",
}
_MUST_BE_CLEAR = ("timestamp", "alert_type", "entity_id", "site")
_NUMBERED = re.compile(r"^\s*(\d)\s*[-:.)]\s*(\S.*)$")
"""`2 - Medium`, `3: Moderate`."""
_WORD = re.compile(r"[a-z]+|\d+")
_MOST_KINDS = 2_000
_NOTHING = frozenset(
    {"", "?", "-", "--", "n/a", "na", "null", "none", "nil", "undefined", "unknown"}
)
"""How files say that they say nothing."""


@dataclass(slots=True)
class Column:
    """A column as a sample of rows shows it."""

    name: str
    values: list[str]
    filled: float = 1.0
    """Share of rows in which it says something."""
    distinct: float = 0.0
    """Distinct values for each one given; 1 for an id."""
    kinds: int = 0
    dates: DateReader | None = None

    @property
    def key(self) -> str:
        """`alert_name` for "Alert Name", "alertName" and "alert-name"."""
        return field_named(self.name)


@dataclass(slots=True)
class Guess:
    """What the columns mean, and how their values are read."""

    columns: dict[str, str] = field(default_factory=dict)
    """Column to field."""
    dates: dict[str, DateReader] = field(default_factory=dict)
    """Field to the reader of its times."""
    is_ranked: bool = False
    """Severities are bare numbers of which 1 is the worst."""

    def told(self) -> str:
        """Return the guess as `--map` takes it."""
        return ",".join(f"{name}={column}" for column, name in self.columns.items())


def guess(rows: Sequence[Mapping[str, str]], given: Mapping[str, str], dates: str = "") -> Guess:
    """Return what the columns of sampled rows mean; `given` is {column: field} and stands.

    Raises: Misuse where a column is missing, or several fit alike.
    """
    columns = _columns(rows, dates)
    missing = [name for name in given if name not in {column.name for column in columns}]
    if missing:
        named = ", ".join(column.name for column in columns)
        raise Misuse(f"--map: there is no column {missing[0]!r}; there are {named}")
    found = Guess(dict(given))
    has_own_name = {"device", "person"} & {column.name for column in columns}
    for wanted in _NAMES:
        if wanted == "entity_id" and has_own_name:
            continue
        if wanted not in found.columns.values():
            _find(wanted, [c for c in columns if c.name not in found.columns], found)
    for column in columns:
        _note_reading(column, found)
    return found


def says_nothing(value: object) -> bool:
    return value is None or str(value).strip().lower() in _NOTHING


def severity_word(text: str, *, is_ranked: bool) -> str:
    """Return a severity as the intake reads it: "2 - Medium" is Medium, rank 1 of a list is P1."""
    numbered = _NUMBERED.match(text)
    if numbered:
        known = parse_severity(numbered[2])[1]
        return numbered[2] if known else f"P{numbered[1]}"
    return f"P{text.strip()}" if is_ranked and text.strip().isdigit() else text


def _columns(rows: Sequence[Mapping[str, str]], dates: str) -> list[Column]:
    names = dict.fromkeys(name for row in rows for name in row if name)
    found = []
    for name in names:
        values = [str(row[name]).strip() for row in rows if not says_nothing(row.get(name))]
        column = Column(name, values)
        column.filled = len(values) / len(rows)
        column.kinds = len(set(values))
        column.distinct = column.kinds / len(values) if values else 0.0
        column.dates = date_reader(values, name=name, order=dates)
        found.append(column)
    return found


def _find(wanted: str, columns: Iterable[Column], found: Guess) -> None:
    scored = sorted(
        ((_score(column, wanted), column) for column in columns if column.values),
        key=lambda pair: -pair[0],
    )
    likely = [(score, column) for score, column in scored if score >= ENOUGH]
    if not likely:
        if wanted in {"timestamp", "alert_type"}:
            raise Misuse(_none(wanted, scored))
        return
    best = likely[0][0]
    alike = [column for score, column in likely if best - score < ALIKE]
    if len(alike) > 1 and wanted in _MUST_BE_CLEAR:
        choices = ", ".join(column.name for column in alike)
        shown = "entity" if wanted == "entity_id" else wanted
        raise Misuse(f"{shown} may be any of {choices}: choose by --map {shown}={alike[0].name}")
    found.columns[likely[0][1].name] = wanted


def _none(wanted: str, scored: Sequence[tuple[float, Column]]) -> str:
    fitting = [c.name for _, c in scored if wanted != "timestamp" or c.dates] or [
        c.name for _, c in scored
    ]
    what = "a time" if wanted == "timestamp" else "the kind of alert"
    return f"no column says {what}: choose one of {', '.join(fitting)} by --map {wanted}=COLUMN"


def _score(column: Column, wanted: str) -> float:
    """A name is needed: looks alone would take any time for the one meant."""
    named = _named(column, wanted)
    return named + _LOOKS[wanted](column) if named else 0.0


def _named(column: Column, wanted: str) -> float:
    """Return up to 1 for a name that is in the list, up to 0.6 for one with such a word in it."""
    names = _NAMES[wanted].split()
    if column.key in names:
        return 1.0 - 0.01 * names.index(column.key)
    words = set(_WORD.findall(column.key))
    inside = [place for place, name in enumerate(names) if name in words]
    return 0.6 - 0.01 * inside[0] if inside else 0.0


def _time(column: Column) -> float:
    return 0.5 if column.dates is not None else -2.0


def _severity(column: Column) -> float:
    known = sum(parse_severity(severity_word(value, is_ranked=False))[1] for value in column.values)
    share = known / len(column.values)
    return share * 0.5 if share >= 0.6 and column.kinds <= 20 else -2.0


def _status(column: Column) -> float:
    known = sum(signal_of(value) is not None for value in column.values)
    return 0.2 if known and column.kinds <= 20 else -2.0


def _kind(column: Column) -> float:
    """Kinds repeat; a column of which every value is new says nothing of kinds."""
    if column.dates is not None or column.kinds > _MOST_KINDS or column.filled < 0.5:
        return -2.0
    return -0.2 if column.distinct > 0.5 and len(column.values) > 50 else 0.0


def _name(column: Column) -> float:
    return -2.0 if column.dates is not None or column.filled < 0.2 else 0.0


def _prose(column: Column) -> float:
    return 0.2 if sum(" " in value for value in column.values) > len(column.values) / 2 else 0.0


def _identity(column: Column) -> float:
    return 0.2 if column.distinct > 0.98 and column.filled > 0.99 else -2.0


def _anything(column: Column) -> float:
    return 0.0


_LOOKS: Mapping[str, Callable[[Column], float]] = {
    "timestamp": _time,
    "received_at": _time,
    "tenant": _name,
    "alert_type": _kind,
    "severity": _severity,
    "status": _status,
    "entity_id": _name,
    "site": _name,
    "client": _name,
    "message": _prose,
    "source": _name,
    "id": _identity,
    "dedup_key": _anything,
}


def _note_reading(column: Column, found: Guess) -> None:
    meaning = found.columns.get(column.name)
    if meaning in {"timestamp", "received_at"}:
        if column.dates is None:
            raise Misuse(
                f"{column.name} holds no times that can be read, such as {column.values[:1]}"
            )
        found.dates[meaning] = column.dates
    if meaning == "severity":
        bare = all(value.isdigit() for value in column.values)
        found.is_ranked = bare and column.key.startswith("prio")
