from __future__ import annotations

from pathlib import Path

from watchfloor.bench.results import HEAD, Row, Section, with_section, write


def section(name: str = "ingest", measured: str = "2,500/s") -> Section:
    rows = [Row("in hundreds", measured, "2,000/s", "6,000/s", ok=True)]
    return Section(name, name.title(), f"watchfloor bench {name}", "2 cores", "2026-03-02", rows)


def test_writing_the_same_twice_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "results.md"
    write(section(), file)
    first = file.read_text()
    write(section(), file)

    assert file.read_text() == first
    assert first.startswith(HEAD.splitlines()[0])


def test_a_new_figure_takes_the_place_of_the_old_one() -> None:
    text = with_section(with_section(HEAD, section()), section(measured="3,000/s"))

    assert "3,000/s" in text
    assert "2,500/s" not in text
    assert text.count("<!-- bench:ingest -->") == 1


def test_sections_of_others_and_words_between_stay() -> None:
    text = with_section(HEAD, section("kill")) + "\nA word between.\n"
    text = with_section(text, section("ingest"))
    text = with_section(text, section("kill", measured="200 of 200"))

    assert "A word between." in text
    assert text.index("bench:kill") < text.index("A word between.") < text.index("bench:ingest")
    assert "200 of 200" in text


def test_a_figure_with_a_backslash_is_written_as_it_is() -> None:
    text = with_section(with_section(HEAD, section()), section(measured=r"\1 \g<0>"))

    assert r"\1 \g<0>" in text


def test_a_row_says_whether_the_least_was_met() -> None:
    assert str(Row("a", "1", "2", "3", ok=True)) == "| a | 1 ✓ | 2 | 3 |"
    assert str(Row("a", "1", "2", "3", ok=False)) == "| a | 1 ✗ | 2 | 3 |"
    assert str(Row("a", "1")) == "| a | 1 |  |  |"
    assert not Section("a", "A", "", "", "", [Row("a", "1", ok=False)]).is_met
