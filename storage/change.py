"""What a batch does, in plain Python: both engines load what it touches, `apply` it here, and write the difference.

So a guard, a patch or a claim means the same on every engine by construction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from storage.engine import (
    Append,
    Batch,
    Claim,
    Delete,
    Document,
    Duplicate,
    Existing,
    GuardFailed,
    Hold,
    Insert,
    Look,
    Missing,
    Outcome,
    Patch,
    Release,
    Step,
)
from storage.entries import Entries
from storage.filters import OrderKey, matches
from storage.patch import at, patched
from storage.plan import checked_filter
from storage.values import clean_text, filled, storable

DocumentRef = tuple[str, int]
KeyRef = tuple[int, str, str]
HeadRef = tuple[str, int, int]
RecordRef = tuple[str, int]


class Row(Struct):
    """A stored document, the application that it belongs to, and the keys of its indexed fields. Never changed."""

    app: int
    document: Document
    keys: tuple[OrderKey, ...] | None = None


class Appended(Struct, frozen=True):
    """A record on its way into a stream."""

    stream: str
    app: int
    key: int
    position: int
    id: int
    record: Document


@dataclass(slots=True)
class State:
    """What is stored, as far as batches touch it; None stands for nothing there. Changed by the batches that pass."""

    documents: dict[DocumentRef, Row | None] = field(default_factory=dict)
    keys: dict[KeyRef, Any] = field(default_factory=dict)
    heads: dict[HeadRef, int] = field(default_factory=dict)
    records: set[RecordRef] = field(default_factory=set)
    appended: list[Appended] = field(default_factory=list)


@dataclass(slots=True)
class Needs:
    """What has to be loaded before batches can be applied."""

    documents: set[DocumentRef] = field(default_factory=set)
    keys: set[KeyRef] = field(default_factory=set)
    heads: set[HeadRef] = field(default_factory=set)
    records: set[RecordRef] = field(default_factory=set)

    def add(self, batch: Batch) -> None:
        """Include what this batch touches."""
        app = batch.scope.app
        for claim in batch.claims:
            self.keys.add((app, claim.kind, claim.value))
        for guard in batch.guards:
            self.documents.add((guard.collection, guard.id))
        for step in batch.steps:
            if isinstance(step, Append):
                self.heads.add((step.stream, app, step.key))
                self.records.add((step.stream, step.record["id"]))
            elif isinstance(step, Insert):
                self.documents.add((step.collection, step.document["id"]))
            elif isinstance(step, (Release, Hold)):
                self.keys.add((app, step.kind, step.value))
            else:
                self.documents.add((step.collection, step.id))


TAKEN = object()
"""Stands in `State.keys` for a key that holds null, where None says that nobody holds it."""


def checked(batch: Batch) -> Batch:
    """Return a copy of the batch that nobody else holds. Raises `Unstorable` for what no engine keeps."""
    for guard in batch.guards:
        storable(guard.id)
        checked_filter(guard.filter)
    claims = [Claim(each.kind, clean_text(each.value), storable(each.holds)) for each in batch.claims]
    steps = [_checked(step, number) for number, step in enumerate(batch.steps)]
    return Batch(batch.scope, list(batch.guards), claims, steps)


def _checked(step: Step, number: int) -> Step:
    if isinstance(step, Append):
        return Append(step.stream, storable(step.key), storable(step.record, number, needs_id=True))
    if isinstance(step, Patch):
        return Patch(
            step.collection,
            storable(step.id),
            storable(step.set, number) if step.set else step.set,
            step.unset,
            storable(step.inc, number) if step.inc else step.inc,
            storable(step.add, number) if step.add else step.add,
            storable(step.remove, number) if step.remove else step.remove,
            storable(step.max, number) if step.max else step.max,
        )
    if isinstance(step, Insert):
        return Insert(step.collection, storable(step.document, number, needs_id=True))
    if isinstance(step, Delete):
        return Delete(step.collection, storable(step.id))
    if isinstance(step, Look):
        return Look(step.collection, storable(step.id), step.field, storable(step.otherwise))
    if isinstance(step, Hold):
        return Hold(step.kind, clean_text(step.value), storable(step.holds, number))
    return Release(step.kind, clean_text(step.value))


class _Overlay:
    """The state as one batch sees it: what it wrote itself first, then what is stored."""

    def __init__(self, state: State, entries: Mapping[str, Entries]):
        self._state = state
        self._entries = entries
        self._documents: dict[DocumentRef, Row | None] = {}
        self._keys: dict[KeyRef, Any] = {}
        self._heads: dict[HeadRef, int] = {}
        self._records: set[RecordRef] = set()
        self._appended: list[Appended] = []

    def app(self, batch: Batch, collection: str) -> int:
        """The application under which a step on this collection works; 0 is the installation."""
        return batch.scope.app if self._entries[collection].collection.tenant else 0

    def keep(self) -> None:
        state = self._state
        state.documents.update(self._documents)
        state.keys.update(self._keys)
        state.heads.update(self._heads)
        state.appended += self._appended
        state.records |= self._records

    def document(self, collection: str, id: int, app: int) -> Row | None:
        row = self.row(collection, id)
        return row if row is not None and row.app == app else None

    def row(self, collection: str, id: int) -> Row | None:
        ref = (collection, id)
        return self._documents[ref] if ref in self._documents else self._state.documents[ref]

    def put(self, collection: str, id: int, row: Row | None, old: Row | None = None) -> None:
        if row is not None:
            row.keys = self._keys_of(self._entries[collection], row.document, old)  # refuses what no index can hold
        self._documents[collection, id] = row

    @staticmethod
    def _keys_of(entries: Entries, document: Document, old: Row | None) -> tuple[OrderKey, ...]:
        if old is None:
            return entries.keys(document)
        if old.keys is None:
            old.keys = entries.keys(old.document)
        return entries.keys_again(document, old.document, old.keys)

    def key(self, ref: KeyRef) -> Any:
        return self._keys[ref] if ref in self._keys else self._state.keys[ref]

    def hold(self, ref: KeyRef, value: Any) -> None:
        self._keys[ref] = value

    def append(self, app: int, step: Append, record: Document) -> int:
        ref = (step.stream, app, step.key)
        id = record["id"]
        if (step.stream, id) in self._state.records or (step.stream, id) in self._records:
            raise Duplicate(f"{step.stream} {id} exists.")
        head = self._heads[ref] if ref in self._heads else self._state.heads[ref]
        self._heads[ref] = position = head + 1
        record = {**record, "position": position}
        self._records.add((step.stream, id))
        self._appended.append(Appended(step.stream, app, step.key, position, id, record))
        return position


def apply(batch: Batch, state: State, entries: Mapping[str, Entries]) -> Outcome:
    """Apply a checked batch to the state and return its outcome.

    A taken key comes before a failed guard: who sends twice gets the first answer, whatever happened since.
    Raises `GuardFailed`, `Missing`, `Duplicate` and `Unstorable`, and leaves the state as it was.
    """
    app = batch.scope.app
    seen = _Overlay(state, entries)
    for claim in batch.claims:
        ref = (app, claim.kind, claim.value)
        holds = seen.key(ref)
        if holds is not None:
            return Outcome([], Existing(claim.kind, claim.value, None if holds is TAKEN else holds))
        seen.hold(ref, TAKEN if claim.holds is None else claim.holds)
    for guard in batch.guards:
        row = seen.document(guard.collection, guard.id, seen.app(batch, guard.collection))
        if row is None or not matches(guard.filter, row.document, entries[guard.collection].collection.folded):
            raise GuardFailed(f"{guard.collection} {guard.id} is not as expected.")
    results: list[Any] = []
    for step in batch.steps:
        results.append(_apply(step, batch, seen, results))
    seen.keep()
    return Outcome(results)


def _apply(step: Step, batch: Batch, seen: _Overlay, results: list[Any]) -> Any:
    if isinstance(step, Append):
        return seen.append(batch.scope.app, step, filled(step.record, results))
    if isinstance(step, Patch):
        app = seen.app(batch, step.collection)
        row = seen.document(step.collection, step.id, app)
        if row is None:
            raise Missing(f"{step.collection} {step.id} does not exist.")
        document = patched(row.document, step, results)
        seen.put(step.collection, step.id, Row(app, document), row)
        return document
    if isinstance(step, Insert):
        document = filled(step.document, results)
        if seen.row(step.collection, document["id"]) is not None:
            raise Duplicate(f"{step.collection} {document['id']} exists.")
        seen.put(step.collection, document["id"], Row(seen.app(batch, step.collection), document))
        return document
    if isinstance(step, Look):
        row = seen.document(step.collection, step.id, seen.app(batch, step.collection))
        found = None if row is None else at(row.document, step.field.split("."))
        return step.otherwise if found is None else found
    if isinstance(step, Delete):
        if seen.document(step.collection, step.id, seen.app(batch, step.collection)) is not None:
            seen.put(step.collection, step.id, None)
    elif isinstance(step, Hold):
        seen.hold((batch.scope.app, step.kind, step.value), TAKEN if step.holds is None else step.holds)
    else:
        seen.hold((batch.scope.app, step.kind, step.value), None)
    return None


def leased(job: Document, lease_until: int, owner: str) -> Document:
    """Return the job as its owner has it until the lease runs out."""
    return {**job, "due": lease_until, "tries": (job.get("tries") or 0) + 1, "owner": owner}
