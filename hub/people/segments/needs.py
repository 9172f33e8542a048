"""What contacts have to keep for the conditions that an application has, found once per vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from hub.core.errors import InvalidPayload
from hub.people.conditions.base import Need, Source, World
from hub.people.conditions.event import data_matches
from hub.people.conditions.page import url_matches
from hub.people.conditions.presence import ONLINE
from hub.people.conditions.tree import read_tree
from hub.people.vocabulary import Vocabulary


class Needs(Struct):
    """Sources by what happens, and how many times of each count are kept."""

    events: dict[int, list[Source]]
    pages: list[Source]
    deepest: dict[str, int]
    presence: bool = False

    def keys_of_event(self, event: int, data: dict[str, Any]) -> list[str]:
        """Return what an event counts for beside its own count."""
        return [source.key for source in self.events.get(event, ()) if data_matches(data, source.where)]

    def keys_of_page(self, url: str) -> list[str]:
        """Return what a page counts for."""
        return [source.key for source in self.pages if url_matches(url, source.pattern)]


def gathered(needs: Iterable[Need]) -> Needs:
    """Return needs, each source once."""
    sources: dict[str, Source] = {}
    deepest: dict[str, int] = {}
    for need in needs:
        if need.source:
            sources[need.key] = need.source
        deepest[need.key] = max(need.nth, deepest.get(need.key, 1))
    found = Needs({}, [], deepest, ONLINE in deepest)
    for source in sources.values():
        if source.kind == "page":
            found.pages.append(source)
        else:
            found.events.setdefault(source.event, []).append(source)
    return found


def needs_of(words: Vocabulary) -> Needs:
    """Return what the segments of an application need."""
    found = _KNOWN.get(id(words))
    if found is None or found[0] is not words:
        found = _KNOWN[id(words)] = (words, gathered(_all(words)))
        while len(_KNOWN) > _HELD:
            del _KNOWN[next(iter(_KNOWN))]
    return found[1]


_HELD = 200
_KNOWN: dict[int, tuple[Vocabulary, Needs]] = {}


def _all(words: Vocabulary) -> Iterable[Need]:
    for segment in words.segments.values():
        world = World(words, 0, segment["subject"])
        try:
            yield from read_tree(segment["where"]).needs(world)
        except InvalidPayload:
            continue  # it names something that was deleted: nobody is in it
