"""What a condition is: a question about one document, with one meaning.

`filter` says it to the storage engine; `holds` asks it of a document in memory, by the very same filter, so the two can't
differ. What happened (events, pages, mails) is asked of `counts`, which the contact carries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar, Literal

import msgspec
from msgspec import Struct

from hub.core.errors import InvalidPayload
from hub.core.registry import Registry
from hub.people.collections import COMPANIES, CONTACTS
from hub.people.standard import Subject
from hub.people.vocabulary import Vocabulary
from storage.engine import Document
from storage.filters import Filter, Predicate, predicate

DAY = 86_400_000
HOUR = 3_600_000
_FOLDED = {"contact": CONTACTS.folded, "company": COMPANIES.folded}


class World(Struct, frozen=True):
    """What a condition may look at besides the document: the names of the application, and the time.

    `known` has the conditions that were asked in it, ready for the next document: a build asks each a million times.
    """

    words: Vocabulary
    now: int
    subject: Subject = "contact"
    known: dict[int, tuple[Any, Predicate]] = {}


class Source(Struct, frozen=True):
    """Something to count that is not counted anyway: an event with certain data, or pages of a pattern.

    key      under which contacts keep it
    kind     of what happens
    event    the event's id
    where    (property, operator, value), all of which have to hold for the event's data
    pattern  of the page's address
    """

    kind: Literal["event", "page"]
    event: int = 0
    where: tuple[Any, ...] = ()
    pattern: str = ""

    @property
    def key(self) -> str:
        """The same for the same question, whoever asks it."""
        body = msgspec.json.encode([self.kind, self.event, self.where, self.pattern])
        return f"{self.kind}:{hashlib.blake2s(body, digest_size=9).hexdigest()}"


class Need(Struct, frozen=True):
    """What contacts have to keep for a condition: a count of a source, and the time of its n-th newest occurrence."""

    key: str
    source: Source | None = None
    nth: int = 1


class Condition(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the conditions. Their sentences stand in the catalogues under `conditions.<type>`."""

    subjects: ClassVar[tuple[Subject, ...]] = ("contact",)

    def check(self, world: World) -> None:
        """Return when it can be asked in this application. Raises InvalidPayload."""
        self.filter(world)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine. Raises InvalidPayload for names that are not there."""
        raise NotImplementedError

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the fields of the document that decide (dotted paths): while they stay, so does the answer."""
        raise NotImplementedError

    def holds(self, document: Document, world: World) -> bool:
        """Return the answer for a document."""
        known = world.known.get(id(self))
        if known is None:  # kept with its condition, so that no other one gets its id meanwhile
            known = world.known[id(self)] = self, asked(self.filter(world), world.subject)
        return known[1](document)

    def flips(self, document: Document, world: World) -> int | None:
        """Return the next moment at which the answer may change though the document stays; None for never."""
        return None

    def may_flip(self, world: World) -> Filter | None:
        """Return which documents may flip by time alone; None for none."""
        return None

    def needs(self, world: World) -> Iterable[Need]:
        """Return what contacts have to keep so that it can be asked."""
        return ()


CONDITIONS: Registry[type[Condition]] = Registry("condition")


def condition(name: str) -> Any:
    """Register a class of conditions under the name that it has in JSON."""

    def register(kind: type[Condition]) -> type[Condition]:
        return CONDITIONS.add(name, kind)

    return register


@lru_cache(4096)
def _compiled(filter: Filter, subject: Subject) -> Predicate:
    return predicate(filter, _FOLDED.get(subject, ()))


def asked(filter: Filter, subject: Subject) -> Predicate:
    """Return a filter as a function of documents of this subject."""
    try:
        return _compiled(filter, subject)
    except TypeError:  # a value that can't be hashed
        return predicate(filter, _FOLDED.get(subject, ()))


def unknown(what: str, name: object) -> InvalidPayload:
    """Return the error for a name that the application does not have."""
    return InvalidPayload(
        f"There is no {what} {name!r} in this application.", reason="names_nothing", what=what, name=str(name)
    )
