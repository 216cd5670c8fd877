"""Every page of the console, found by its links, and how many queries each takes."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from watchfloor.bench.floors import NotMeasured

LINK = re.compile(r'(?:href|data-json)="(/[^"#]*)"')
OWN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d[\d-]*")
"""What of an address names one row, one day or one number: the rest is the kind of page."""
QUERIES = re.compile(r'db;desc="(\d+) queries"')
EXAMPLES = 3
NO_PAGES = ("/static/", "/api/", "/sign-")


@dataclass
class Crawl:
    """`queries`: the most that a page of each kind took. `examples`: one page of each kind."""

    queries: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    @property
    def most(self) -> tuple[int, str]:
        return max((count, kind) for kind, count in self.queries.items())

    def grown(self, small: Crawl) -> Mapping[str, tuple[int, int]]:
        """Return the kinds that took fewer queries on a smaller floor: how many there and here."""
        return {
            kind: (small.queries[kind], count)
            for kind, count in self.queries.items()
            if count > small.queries.get(kind, count)
        }


def crawl(browser: httpx.Client, *, examples: int = EXAMPLES, kinds: int | None = None) -> Crawl:
    """Follow links from the first page, to a few pages of each kind, or of so many kinds."""
    found, waiting = Crawl(), deque(["/"])
    tried: defaultdict[str, list[str]] = defaultdict(list)
    while waiting and len(found.queries) != kinds:
        address = waiting.popleft()
        kind = OWN.sub("…", address.partition("?")[0])
        if address in tried[kind] or len(tried[kind]) == examples or kind.startswith(NO_PAGES):
            continue
        tried[kind].append(address)
        answer = browser.get(address)
        if answer.status_code >= 500:
            raise NotMeasured(f"{address} answered {answer.status_code}")
        if answer.status_code != 200:
            continue
        found.queries[kind] = max(_queries(answer), found.queries.get(kind, 0))
        if "text/html" in answer.headers["Content-Type"]:
            found.examples.setdefault(kind, address)
            waiting.extend(link.replace("&amp;", "&") for link in LINK.findall(answer.text))
    return found


def _queries(answer: httpx.Response) -> int:
    said = QUERIES.search(answer.headers.get("Server-Timing", ""))
    if said is None:
        raise NotMeasured("the floor does not say in Server-Timing how many queries it took")
    return int(said[1])
