"""Which words of a person's name are the surname, and what people put before one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from watchfloor.aiops.privacy.ordinary import ORDINARY
from watchfloor.aiops.privacy.words import Words, folded, is_capital, set_of, words_of

FORMS = set_of(
    """
    mr mrs ms mx dr prof messrs mister madam madame mme mlle monsieur herr hr frau fr señor señora
    señorita senor senora sr sra srta sig signor signora dott don doña ing rev
    """
)
"""Of address: after them stands a name, however it is written."""
_MISTAKEN = set_of("fr don hr ing miss ms sig sir sr")
"""Or a word like any other, where no capital tells."""
RANKS = set_of(
    """
    miss sir lady lord sister nurse doctor professor father guard guards officer officers
    supervisor sergeant sgt corporal cpl captain capt lieutenant lt inspector insp constable pc
    colonel col superintendent supt commander cmdr warden watchman steward patrolman caretaker
    janitor concierge receptionist operator dispatcher technician engineer foreman foreperson
    teamleader manager wachmann agent agente gardien vigilante guardia subedar havildar jawan
    """
)
_ROOMS = set_of(
    """
    box desk down gate house hut may office post posts room rooms round rounds service shift
    staff station tour tours tower towers will
    """
)
"""After a rank no name: a guard post, an officer down, a supervisor who will come."""
_PARTICLES = set_of(
    """
    van von vom der den het ter ten te zu zum zur de del della dello di da das do dos du d la las
    le les lo los el al ul bin ibn bint ben abu af av st san o mac mc x27 39
    """
)
"""Small words before a surname; an apostrophe in markup is one of them."""
_AFTER = set_of("jr junior senior ii iii iv phd md mba esq obe")
_TITLES = FORMS | RANKS
_LEAST_LETTERS = 4
"""Of a surname that is found alone."""
_LEAST_CAPITALS = 3
_BEFORE_NAME = re.compile("[.:]?[ \\t\N{NO-BREAK SPACE}]+|[.:]")
_AFTER_INITIAL = re.compile("\\.[ \\t\N{NO-BREAK SPACE}]*")


@dataclass(frozen=True, slots=True)
class Parts:
    """A name taken apart: words that are given, and the surname as it is written."""

    given: Words
    surname: str

    @property
    def core(self) -> Words:
        """The words of the surname without the small ones before."""
        words = words_of(self.surname)
        return words[particles_of(words) :]


def take_apart(name: str) -> Parts:
    """Return the parts of a name, in whichever order it is written.

    >>> take_apart("Dr. Ann van der Berg")
    Parts(given=('Ann',), surname='van der Berg')
    >>> take_apart("DUFRESNOY Marguerite")
    Parts(given=('Marguerite',), surname='DUFRESNOY')
    """
    before, _, after = name.partition(",")
    tokens = list(_without_titles(before.split()))
    rest = [token for token in after.split() if _plain(token) not in _AFTER]
    if rest:
        return Parts(words_of(" ".join(rest)), " ".join(tokens))
    first, last = _place_of_surname(tokens)
    given = " ".join((*tokens[:first], *tokens[last:]))
    return Parts(words_of(given), " ".join(tokens[first:last]))


def particles_of(words: Words) -> int:
    """Return how many small words stand before a surname."""
    count = 0
    while count < len(words) - 1 and folded(words[count]) in _PARTICLES:
        count += 1
    return count


def is_telling(words: Words, places: frozenset[str]) -> bool:
    """Return whether a surname alone means a person, and neither a thing nor one of the places."""
    small = particles_of(words)
    core = [folded(word) for word in words[small:]]
    if sum(map(len, core)) < _LEAST_LETTERS or places.issuperset(core):
        return False
    return small > 0 or not ORDINARY.issuperset(core)


def is_called(before: str, between: str, core: str) -> bool:
    """Return whether what stands before a word makes a name of it: a title or an initial."""
    if len(before) == 1 and before.isupper() and is_capital(core):
        return _AFTER_INITIAL.fullmatch(between) is not None
    title = folded(before)
    if title not in _TITLES or not _BEFORE_NAME.fullmatch(between):
        return False
    if title in FORMS and title not in _MISTAKEN:
        return True
    return is_capital(core) and not (title in RANKS and folded(core) in _ROOMS)


def _without_titles(tokens: list[str]) -> Iterator[str]:
    while len(tokens) > 1 and _plain(tokens[0]) in _TITLES:
        tokens = tokens[1:]
    while len(tokens) > 1 and _plain(tokens[-1]) in _AFTER:
        tokens = tokens[:-1]
    return iter(tokens)


def _place_of_surname(tokens: list[str]) -> tuple[int, int]:
    """Return between which tokens it stands: first in capitals or before initials, else last."""
    capitals = [token.isupper() and len(token) >= _LEAST_CAPITALS for token in tokens]
    if capitals and capitals[0] and not all(capitals):
        return 0, capitals.index(False)
    last = len(tokens)
    while last > 1 and len(_plain(tokens[last - 1])) == 1:
        last -= 1
    if last < len(tokens):
        return 0, last
    first = max(last - 1, 0)
    while first > 0 and _plain(tokens[first - 1]) in _PARTICLES:
        first -= 1
    return first, last


def _plain(token: str) -> str:
    return folded(token.strip("."))
