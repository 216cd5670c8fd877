"""Finds names, numbers and addresses of known persons in free text, and masks them.

Names are found by their words, so that the cost is of the text and not of how many there are. A
name of one word is a word of the language as often as not: it counts only as it is spelt, and in
markup only outside of tags and in what these say to people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from watchfloor.aiops.privacy.finder import Finder

HIDDEN = "•••"
_TAG = re.compile(r"(<[^>]*>)")
_SAID = re.compile(r'(?<=[ -](?:title|label)=)"[^"]*"|(?<= alt=)"[^"]*"')
"""What a tag says to people."""
_NUMBER = re.compile(r"\+?\(?\d[\d ().\-/]{6,}\d")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
LAST_DIGITS = 8
"""By which two spellings of a number are the same: with and without the country."""
_LONG_NUMBER = 9


class Mask:
    """Masks what is known of persons: `names` as people write them, numbers, e-mail addresses.

    `known_only`: of numbers nobody is known by, those with a country are left as well.
    """

    def __init__(
        self,
        names: Iterable[str],
        numbers: Iterable[str] = (),
        emails: Iterable[str] = (),
        *,
        heard: Iterable[str] = (),
        spared: Iterable[str] = (),
        places: Iterable[str] = (),
        known_only: bool = False,
    ) -> None:
        self._known_only = known_only
        self._finder = Finder(names, heard, spared, places)
        self._numbers = {_last_digits(number) for number in numbers} - {""}
        self._emails = {email.casefold() for email in emails if email}

    def text(self, text: str) -> str:
        """Return the text with what is known masked, and numbers with a country before them."""
        return self._patterns(self._names(text, singles=True))

    def markup(self, page: str) -> str:
        """Return HTML likewise."""
        parts = _TAG.split(page)
        for place, part in enumerate(parts):
            parts[place] = self._tag(part) if place % 2 else self._names(part, singles=True)
        return self._patterns("".join(parts))

    def value(self, value: Any) -> Any:
        """Return a JSON value likewise, at any depth.

        Names of fields are ours for the most part: of one word they stay.
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self._field(name): self.value(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(one) for one in value]
        return value

    def _tag(self, tag: str) -> str:
        if "=" not in tag:
            return tag
        said = _SAID.sub(lambda found: self._names(found[0], singles=True), tag)
        return self._names(said, singles=False)

    def _field(self, name: Any) -> Any:
        if not isinstance(name, str) or name.isidentifier():
            return name
        return self._patterns(self._names(name, singles=False))

    def _names(self, text: str, *, singles: bool) -> str:
        out: list[str] = []
        done = 0
        for words in self._finder.spans(text, alone=singles):
            out += [text[done : words[0].start()], _masked(words)]
            done = words[-1].end()
        return "".join([*out, text[done:]]) if out else text

    def _patterns(self, text: str) -> str:
        if self._emails and "@" in text:
            text = _EMAIL.sub(self._email, text)
        return _NUMBER.sub(self._number, text)

    def _email(self, found: re.Match[str]) -> str:
        return HIDDEN if found[0].casefold() in self._emails else found[0]

    def _number(self, found: re.Match[str]) -> str:
        number = found[0]
        is_known = _last_digits(number) in self._numbers
        return HIDDEN if is_known or self._is_foreign(number) else number

    def _is_foreign(self, number: str) -> bool:
        if self._known_only or not number.startswith("+"):
            return False
        return sum(map(str.isdigit, number)) >= _LONG_NUMBER


def _masked(words: list[re.Match[str]]) -> str:
    return " ".join(word[0][0] + HIDDEN for word in words)


def _last_digits(number: str) -> str:
    digits = "".join(filter(str.isdigit, number))
    return digits[-LAST_DIGITS:] if len(digits) >= LAST_DIGITS else ""
