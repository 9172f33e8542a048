"""Changes many documents: read and changed on a reading thread, written if they are still what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import apsw

from storage.engine import Document, Unstorable
from storage.filters import predicate
from storage.paging import Place
from storage.requests import Change
from storage.sqlite_group import asked, encode
from storage.sqlite_reader import Query, find_part
from storage.values import storable

PART = 250
"""Documents in one transaction: some 8 ms of work, so that others are not kept waiting."""

TURN = 0.3
"""Seconds after which a rewriting says how far it came."""

Function = Callable[[Document], Document | None]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a function made of the next documents, and the id to go on behind."""

    made: list[Change]
    after: int | None


def find_changes(connection: apsw.Connection, query: Query, after: Place, change: Function) -> Changes:
    """Change the next documents of a query; what a slice of time does not suffice for is left to the next call."""
    part = find_part(connection, query, after)
    made = _made((document for _, document in part.found), change)
    return Changes(made, None if part.rest is None else part.rest[1])


def change_again(connection: apsw.Connection, query: Query, ids: list[int], change: Function) -> list[Change]:
    """Change these documents as they are now, those that still match the query."""
    holds = predicate(query.filter, query.table.collection.folded)
    found = asked(connection, query.table.load, ids)
    return _made((document for _, app, document in found if app == query.app and holds(document)), change)


def _made(documents: Iterable[Document], change: Function) -> list[Change]:
    made: list[Change] = []
    for old in documents:
        was = encode(old)
        new = change(old)
        if new is None or new is old:
            continue
        if new["id"] != old["id"]:
            raise Unstorable("The id of a document does not change.")
        different = {name: value for name, value in new.items() if name not in old or value is not old[name]}
        made.append(Change(old["id"], was, storable(different), [name for name in old if name not in new]))
    return made
