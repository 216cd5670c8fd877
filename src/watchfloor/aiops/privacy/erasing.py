"""How words and packed bytes read without one person."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import Any

import msgspec

from watchfloor.aiops.privacy.names import Mask
from watchfloor.aiops.privacy.surnames import take_apart
from watchfloor.aiops.privacy.words import words_of

_QUICKLY = 1
_LEAST_TELLING = 2
_DIGITS_APART = r"\D{0,3}"


class Eraser:
    """Takes one person out of what it is given: the names and contacts, and the code.

    `is_code_telling`: nothing else bears that code, so that it means the person wherever it
    stands. One that is a number, or a place's as well, is replaced only where it stands for a
    person: see `code_of`. `others`: names that may be of others; a surname that somebody else
    bears too is left where it stands alone, for it tells nobody whose it is.
    """

    def __init__(
        self,
        code: str,
        pseudonym: str,
        names: Iterable[str],
        number: str = "",
        email: str = "",
        *,
        is_code_telling: bool = True,
        others: Iterable[str] = (),
        places: Iterable[str] = (),
    ) -> None:
        names = [name for name in names if name]
        self.code, self.pseudonym = code, pseudonym
        self._names = frozenset(name.casefold() for name in names)
        self.words = frozenset(word.casefold() for name in names for word in words_of(name))
        """Each word of the names, as vocabularies keep them."""
        spared = [name for name in others if _is_of_another(name, self.words)]
        self._mask = Mask(names, [number], spared=spared, places=places, known_only=True)
        self.is_telling = is_code_telling and len(code) >= _LEAST_TELLING and not code.isdecimal()
        telling = [rf"(?<![\w-]){re.escape(code)}(?![\w-])"] if self.is_telling else []
        telling += [rf"(?i:{re.escape(email)})"] if email else []
        self._telling = re.compile("|".join(telling)) if telling else None

    def code_of(self, code: str) -> str:
        """Return what stands for a person by then, where a person's code stood."""
        return self.pseudonym if code == self.code else self.text(code)

    def text(self, text: str) -> str:
        """Return a text without; what was a name and nothing else is the pseudonym."""
        if text.casefold() in self._names:
            return self.pseudonym
        plain = self._telling.sub(self.pseudonym, text) if self._telling else text
        return self._mask.text(plain)

    def value(self, value: Any) -> Any:
        """Return a JSON value likewise, at any depth, keys of objects too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.value(key): self.value(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.value(one) for one in value)
        return value

    def packed(self, packed: bytes | memoryview) -> bytes:
        """Return msgpack likewise. Raises: msgspec.DecodeError for bytes that are none."""
        return msgspec.msgpack.encode(self.value(msgspec.msgpack.decode(packed)))

    def deflated(self, packed: bytes) -> bytes:
        """Return deflated msgpack likewise."""
        return zlib.compress(self.packed(zlib.decompress(packed)), _QUICKLY)


def _is_of_another(name: str, words: frozenset[str]) -> bool:
    """Return whether a name is not one more of who is called by these words: M. or Mrs tell not."""
    given = {word.casefold() for word in take_apart(name).given if len(word) > 1}
    return bool(given) and given.isdisjoint(words)


def number_pattern(number: str, digits: int) -> str:
    """Return a regular expression that finds the last digits of a number in any spelling.

    >>> bool(re.search(number_pattern("020 7946 0001", 8), "+44 (0)20 7946-0001"))
    True
    """
    last = [digit for digit in number if digit.isdecimal()][-digits:]
    return _DIGITS_APART.join(last) if len(last) == digits else ""
