"""Sites as companies name them, and people's ways of misspelling them. All seeded."""

import re
from random import Random

from watchfloor.aiops.correlation.names import NameEntry

OWNERS = re.findall(
    r"\w+",
    """Harbor Northgate Maple Sterling Juniper Falcon Granite Meridian Orchard Beacon Summit
Cypress Lakeview Riverside Kingston Ashford Belmont Clifton Dunmore Elmwood Fairview Glenwood
Hillcrest Ironbridge Kestrel Larkspur Millbrook Newbury Oakridge Pemberton Quarry Redwood Silverton
Thornhill Underwood Vantage Westfield Yarrow Zephyr Amberley""",
)
PLACES = """Logistics Park|Business Centre|Hospital|Shopping Mall|Distribution Warehouse|Tower|
International Airport Terminal|Data Centre|Street Station|Industrial Estate|Technology Campus|
Residential Gardens|Container Depot|Convention Hall|Power Station""".replace("\n", "").split("|")
SHORT = {"Street": "St", "Centre": "Ctr", "Hospital": "Hosp", "Warehouse": "Whse", "Station": "Stn",
         "International": "Intl", "Building": "Bldg", "Industrial": "Ind", "Park": "Pk",
         "Technology": "Tech", "Distribution": "Dist", "Terminal": "Term"}  # fmt: skip


def sites(count: int, rng: Random) -> list[NameEntry]:
    """Half with a number in the name, some alike but for it, as chains of places are."""
    names: dict[str, None] = {}
    while len(names) < count:
        owner, place = rng.choice(OWNERS), rng.choice(PLACES)
        number = f" {rng.randint(1, 30)}" if rng.random() < 0.5 else ""
        names.setdefault(f"{owner} {place}{number}")
    return [
        NameEntry(id=f"id{i}", kind="site", code=f"S{i:03d}", name=name)
        for i, name in enumerate(names)
    ]


def misspell(name: str, rng: Random) -> str:
    """Return the name with one or two errors in its words; its numbers stay."""
    for _ in range(rng.choice((1, 1, 1, 2))):
        name = rng.choice(ERRORS)(name, rng)
    return name


def _in_a_word(name: str, rng: Random, change) -> str:
    words = name.split()
    places = [i for i, word in enumerate(words) if word.isalpha() and len(word) > 3]
    if not places:
        return name
    i = rng.choice(places)
    words[i] = change(words[i], rng.randrange(len(words[i])))
    return " ".join(words)


def _dropped(name, rng):
    return _in_a_word(name, rng, lambda word, at: word[:at] + word[at + 1 :])


def _doubled(name, rng):
    return _in_a_word(name, rng, lambda word, at: word[: at + 1] + word[at:])


def _changed(name, rng):
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    return _in_a_word(name, rng, lambda word, at: word[:at] + letter + word[at + 1 :])


def _swapped_letters(name, rng):
    return _in_a_word(
        name, rng, lambda word, at: word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    )


def _swapped_words(name, rng):
    words = name.split()
    at = rng.randrange(max(1, len(words) - 1))
    words[at : at + 2] = words[at : at + 2][::-1]
    return " ".join(words)


def _other_case(name, rng):
    return rng.choice((str.upper, str.lower, str.swapcase))(name)


def _shortened(name, rng):
    return " ".join(SHORT.get(word, word) for word in name.split())


def _without_end(name, rng):
    words = name.split()
    letters = [i for i, word in enumerate(words) if word.isalpha()]
    if len(letters) > 2:
        del words[letters[-1]]
    return " ".join(words)


def _other_marks(name, rng):
    return name.replace(" ", rng.choice(("-", "_", "  ", ", ")))


ERRORS = (_dropped, _doubled, _changed, _swapped_letters, _swapped_words, _other_case, _shortened,
          _without_end, _other_marks)  # fmt: skip
