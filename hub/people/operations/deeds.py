"""What an operation does to one contact, and how that is taken back: a tag or a list given or taken, a value set."""

from __future__ import annotations

from typing import Any, Protocol

from hub.core.hub import Hub
from hub.people.collections import HISTORY
from hub.people.editing import at, change_contact
from storage.engine import Batch, Document
from storage.filters import EVERYTHING, Eq, Filter, Not


class Deed(Protocol):
    """What is done to each. `fields` are those of the document that change."""

    fields: tuple[str, ...]

    @property
    def lacking(self) -> Filter:
        """Those to whom it may have to be done, as a question to the store."""

    def is_done(self, contact: Document) -> bool:
        """Whether it would change nothing."""

    def before(self, contact: Document) -> Any:
        """What taking it back needs to know of the contact, as JSON; None for nothing."""

    async def do(self, hub: Hub, batch: Batch, contact: Document) -> None:
        """Put it into the batch."""

    def is_ours(self, contact: Document) -> bool:
        """Whether the contact is still as it was left, so that it can be taken back."""

    async def take_back(self, hub: Hub, batch: Batch, contact: Document, before: Any) -> None:
        """Put the opposite into the batch."""


class Label:
    """A tag or a list, given or taken; both stand in the contact's history."""

    def __init__(self, operation: Document) -> None:
        self._operation = operation
        self._field: str = operation["field"]
        self._label: int = operation["label"]
        self._adds: bool = operation["adds"]
        self.fields: tuple[str, ...] = (self._field,)

    @property
    def lacking(self) -> Filter:
        has = Eq(self._field, self._label)
        return Not(has) if self._adds else has

    def is_done(self, contact: Document) -> bool:
        return (self._label in (contact.get(self._field) or ())) == self._adds

    def before(self, contact: Document) -> None:
        return None

    def is_ours(self, contact: Document) -> bool:
        return self.is_done(contact)

    async def do(self, hub: Hub, batch: Batch, contact: Document) -> None:
        await self._mark(hub, batch, contact, self._adds)

    async def take_back(self, hub: Hub, batch: Batch, contact: Document, before: Any) -> None:
        await self._mark(hub, batch, contact, not self._adds)

    async def _mark(self, hub: Hub, batch: Batch, contact: Document, adds: bool) -> None:
        kind = self._field.removesuffix("s")
        if adds:
            change_contact(hub, batch, contact["id"], add={self._field: self._label})
        else:
            change_contact(hub, batch, contact["id"], remove={self._field: self._label})
        batch.append(HISTORY, contact["id"], {
            "id": await hub.ids.next("history"), "kind": kind, "word": "added" if adds else "removed",
            kind: self._label, "name": self._operation["name"], "by": self._operation["by"], "at": hub.clock.now(),
        })  # fmt: skip


class Value:
    """A value of an attribute, the same for all; None takes it away. What was there before is kept for taking it back."""

    def __init__(self, operation: Document) -> None:
        self._path: str = operation["field"]
        self._value = operation["value"]
        self.fields: tuple[str, ...] = (self._path,)

    @property
    def lacking(self) -> Filter:
        return EVERYTHING  # equal for the store is not equal in writing: cases and accents count here

    def is_done(self, contact: Document) -> bool:
        return bool(at(contact, self._path) == self._value)

    def before(self, contact: Document) -> Any:
        return at(contact, self._path)

    def is_ours(self, contact: Document) -> bool:
        return self.is_done(contact)

    async def do(self, hub: Hub, batch: Batch, contact: Document) -> None:
        change_contact(hub, batch, contact["id"], {self._path: self._value})

    async def take_back(self, hub: Hub, batch: Batch, contact: Document, before: Any) -> None:
        change_contact(hub, batch, contact["id"], {self._path: before})


def deed_of(operation: Document) -> Deed:
    """Return what an operation does."""
    return Value(operation) if "attribute" in operation else Label(operation)
