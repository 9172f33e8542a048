"""A contact visited a page: how often, when, by a pattern of its address."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

from msgspec import Meta

from hub.core.errors import InvalidPayload
from hub.people.conditions.base import Source, World, condition
from hub.people.conditions.counted import Happened

_STARS = 20


@condition("page")
class VisitedPage(Happened, frozen=True, kw_only=True):
    """The pattern of the address: `*` stands for anything within, `?` for one character."""

    url: Annotated[str, Meta(min_length=1, max_length=1024)]

    def key(self, world: World) -> str:
        """Return the count of pages of this pattern."""
        source = self.source(world)
        assert source is not None
        return source.key

    def source(self, world: World) -> Source | None:
        """Return the pattern."""
        return Source("page", pattern=simplified(self.url))

    def check(self, world: World) -> None:
        """Return when the pattern can be asked for. Raises InvalidPayload for one with very many stars."""
        super().check(world)
        if simplified(self.url).count("*") > _STARS:
            raise InvalidPayload(f"A pattern has at most {_STARS} stars.")


def simplified(pattern: str) -> str:
    """Return the pattern without what changes nothing: several stars in a row are one."""
    return re.sub(r"\*+", "*", pattern.strip())


@lru_cache(2048)
def _pieces(pattern: str) -> tuple[str, ...]:
    pattern = simplified(pattern).lower()
    if "://" not in pattern and not pattern.startswith("*"):
        pattern = f"*://*{pattern}" if pattern.startswith("/") else f"*://{pattern}"
    return tuple(pattern.split("*"))


def url_matches(url: str, pattern: str) -> bool:
    """Return whether an address fits a pattern, without regard to case.

    A pattern without `://` begins with the host; one that begins with `/` fits on every host. Where the pattern has no
    `?` and no `#`, those parts of the address do not count. In time that grows with the product of the two lengths at
    worst, so no pattern is a trap.
    """
    url = url.lower()
    if "#" not in pattern:
        url = url.partition("#")[0]
    bare = url.partition("?")[0]
    pieces = _pieces(pattern)
    return _fits(url, pieces) or _fits(bare, pieces) or (bare.endswith("/") and _fits(bare[:-1], pieces))


def _fits(text: str, pieces: tuple[str, ...]) -> bool:
    """Whether the pieces stand in the text in order, the first at its start and the last at its end."""
    first, *middle = pieces
    if not middle:
        return len(text) == len(first) and _find(text, first, 0) == 0
    if _find(text[: len(first)], first, 0) != 0:
        return False
    place = len(first)
    *middle, last = middle
    for piece in middle:
        found = _find(text, piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    start = len(text) - len(last)
    return start >= place and _find(text[start:], last, 0) == 0


def _find(text: str, piece: str, start: int) -> int:
    """The first place of a piece, in which `?` stands for any character."""
    if "?" not in piece:
        return text.find(piece, start)
    for place in range(start, len(text) - len(piece) + 1):
        if all(sign in ("?", text[place + offset]) for offset, sign in enumerate(piece)):
            return place
    return -1
