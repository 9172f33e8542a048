"""What a chunk of rows changes: whom each row is about, what is new of it, and why it is refused where it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.people.collections import CONTACTS
from hub.people.editing import UNIQUE, at, insert_contact, put, unique_value
from hub.people.events import ContactsRewritten, ContactTouched
from hub.people.merging.likeness import alike_of
from hub.people.provenance import is_enriched, typed
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, Engine, GuardFailed, Missing, Outcome, Scope
from storage.filters import Eq

Match = Literal["auto", "email", "custom_id"]
MATCHED_BY: dict[Match, tuple[str, ...]] = {
    "auto": ("custom_id", "email"),
    "email": ("email",),
    "custom_id": ("custom_id",),
}
"""By which fields a row finds the contact that it is about, in this order."""

Numbered = tuple[int, Any]
"""A row of the file, or an object of a call, with its number."""
KeyRef = tuple[str, str]
Make = Callable[[Document], Awaitable[Document]]
_NO_MARKS: Mapping[str, Sequence[int]] = {}
_GIVEN_UP = "given up"
"""Stands for the holder of a key that its contact loses in the same batch, where it is free only afterwards."""
_OTHERS = {
    "email": "Another contact has this e-mail address.",
    "custom_id": "Another contact has this id.",
}


class Reads(Protocol):
    """Gives the fields that a row sets. Raises InvalidPayload."""

    def of(self, row: Any, /) -> Document: ...


class Refused(NamedTuple):
    """A row that was not taken."""

    row: int
    reason: str
    cells: Any


@dataclass(slots=True)
class Person:
    """A contact that rows of the chunk are about: as it is stored (None for a new one), and what changes."""

    id: int
    before: Document | None
    after: Document
    changes: Document = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What a chunk of rows does; `id` names what is kept of it."""

    id: int = 0
    people: dict[int, Person] = field(default_factory=dict)
    refs: set[KeyRef] = field(default_factory=set)
    refused: list[Refused] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    contacts: dict[int, tuple[bool, int]] = field(default_factory=dict)
    """row → whether it makes a contact, and which one it is about"""

    def meets(self, other: Plan) -> bool:
        """Whether a row here may be about somebody whom the other one changes."""
        return not self.refs.isdisjoint(other.refs) or not self.people.keys().isdisjoint(other.people)

    @property
    def changed(self) -> list[Person]:
        """The contacts that were there and change."""
        return [person for person in self.people.values() if person.before is not None and person.changes]

    @property
    def new(self) -> list[Person]:
        """The contacts that are to be made."""
        return [person for person in self.people.values() if person.before is None]


def unique_refs(fields: Document) -> dict[str, KeyRef]:
    """Return the unique keys of a contact's fields, by the field."""
    return {
        name: (kind, unique_value(name, value))
        for name, kind in UNIQUE.items()
        if (value := fields.get(name)) is not None
    }


async def plan_rows(
    store: Engine,
    scope: Scope,
    fields_of: Reads,
    rows: list[Numbered],
    match: Match,
    make: Make,
    marks: Mapping[str, Sequence[int]] = _NO_MARKS,
) -> Plan:
    """Return what rows do to the contacts as they are stored now; `make` gives new ones. Writes nothing.

    `marks` are the tags and lists that every contact of the file gets, by the field that holds their ids.
    """
    plan = Plan()
    taken: list[tuple[Numbered, Document, dict[str, KeyRef]]] = []
    for row in rows:
        try:
            fields = fields_of.of(row[1])
            if not fields:
                raise InvalidPayload("The row is empty.")
        except InvalidPayload as error:
            plan.refused.append(Refused(row[0], error.message, row[1]))
            continue
        keys = unique_refs(fields)
        plan.refs.update(keys.values())
        taken.append((row, fields, keys))
    holders: dict[KeyRef, Any] = dict(await store.keys(scope, plan.refs)) if plan.refs else {}
    known = dict(holders)
    stored = await store.get_many(scope, CONTACTS, set(holders.values())) if holders else {}
    for row, fields, keys in taken:
        try:
            plan.contacts[row[0]] = await _apply(plan, holders, known, stored, fields, keys, match, make, marks)
        except InvalidPayload as error:
            plan.refused.append(Refused(row[0], error.message, row[1]))
    plan.refused.sort(key=lambda refused: refused.row)
    return plan


async def _apply(
    plan: Plan,
    holders: dict[KeyRef, Any],
    stored_holders: dict[KeyRef, Any],
    stored: dict[int, Document],
    fields: Document,
    keys: dict[str, KeyRef],
    match: Match,
    make: Make,
    marks: Mapping[str, Sequence[int]],
) -> tuple[bool, int]:
    """Add a row to the plan; return whether it makes a contact, and its id.

    Raises InvalidPayload where a unique value is another one's.
    """
    is_new = False
    id = next((holders[keys[name]] for name in MATCHED_BY[match] if name in keys and keys[name] in holders), None)
    for name, ref in keys.items():
        if holders.get(ref, id) != id:
            raise InvalidPayload(_OTHERS[name])
        if holders.get(ref) == _GIVEN_UP:
            raise InvalidPayload(f"A row shortly before takes this `{name}` from its contact. Import this row again.")
    if id is None:
        document = await make({**fields, **{field: list(ids) for field, ids in marks.items()}})
        id = document["id"]
        plan.people[id] = Person(id, None, document)
        plan.created += 1
        is_new = True
    else:
        person = plan.people.get(id)
        if person is None:
            before = stored.get(id)
            if before is None:
                raise InvalidPayload("The contact of this row was just deleted.")
            person = plan.people[id] = Person(id, before, before)
        for name, ref in keys.items():
            if stored_holders.get(ref) == id and person.before and not _has(person.before, name, ref):
                del fields[name]  # it leads here since a merge; the contact goes by another one now
        fields |= _marked(person, marks)
        changes = {path: value for path, value in fields.items() if _says_more(person, path, value)}
        if not changes:
            plan.unchanged += 1
            return False, int(id)
        plan.updated += 1
        for name, ref in unique_refs({name: _value(person, name) for name in UNIQUE if name in changes}).items():
            if ref != keys[name]:
                plan.refs.add(ref)
                holders[ref] = _GIVEN_UP
                if person.before is None:
                    del holders[ref]
        for path, value in changes.items():
            if person.before is None:
                put(person.after, path, value)
            else:
                person.changes[path] = value
    for ref in keys.values():
        holders[ref] = id
    return is_new, int(id)


def _marked(person: Person, marks: Mapping[str, Sequence[int]]) -> Document:
    """Return the tags and lists of a contact with those that it gets."""
    known = {field: _value(person, field) or [] for field in marks}
    return {field: [*known[field], *(id for id in ids if id not in known[field])] for field, ids in marks.items()}


def _has(contact: Document, name: str, ref: KeyRef) -> bool:
    """Whether a contact goes by this unique value."""
    value = contact.get(name)
    return value is not None and unique_value(name, value) == ref[1]


def _value(person: Person, path: str) -> Any:
    return person.changes[path] if path in person.changes else at(person.after, path)


def _says_more(person: Person, path: str, value: Any) -> bool:
    """Whether a row changes something; the same value does where it was enrichment that wrote it."""
    known = path not in person.changes and person.before is not None and is_enriched(person.before, path)
    return known or _value(person, path) != value


def write_plan(batch: Batch, plan: Plan, now: int, by: int | None) -> Document | None:
    """Put what a plan does into a batch; return what has to be kept to take it back, None where there is nothing.

    `by` is the import, None where it is none: then nothing is noted on the contacts. `imported` says which import made a
    contact and when it last touched it: one whose `updated` is still that moment has been changed by nobody since.
    """
    created, changed = [], []
    for person in plan.people.values():
        if person.before is None:
            person.after.update(created=now, updated=now)
            if by is not None:
                person.after["imported"] = {"by": by, "at": now}
            insert_contact(batch, person.after)
            created.append(person.id)
        elif person.changes:
            changed.append(_change(batch, person, now, by))
    if not created and not changed:
        return None
    return {"created": created, "changed": changed}


def _change(batch: Batch, person: Person, now: int, by: int | None) -> list[Any]:
    before = person.before
    assert before is not None
    batch.guard(CONTACTS, person.id, Eq("revision", before["revision"]))
    for name, kind in UNIQUE.items():
        if name in person.changes:
            old, new = before.get(name), person.changes[name]
            if old and unique_value(name, old) == unique_value(name, new):
                continue
            batch.claim(kind, unique_value(name, new), person.id)
            if old:
                batch.release(kind, unique_value(name, old))
    still_ours = by is not None and is_untouched(before, by)
    moment: Document = {"imported": {"by": by, "at": now}} if still_ours else {}
    alike = {"alike": alike_of({**before, **person.changes})}
    whose, gone = typed(person.changes)
    changes = {"updated": now, **person.changes, **whose, **moment, **alike}
    batch.patch(CONTACTS, person.id, set=changes, inc={"revision": 1}, unset=gone)
    olds = {path: at(before, path) for path in person.changes}
    return [person.id, olds, person.changes]


def is_untouched(contact: Document, by: int) -> bool:
    """Whether an import made this contact and nobody has changed it since."""
    imported = contact.get("imported") or {}
    return imported.get("by") == by and imported.get("at") == contact.get("updated")


async def tell_plan(hub: Hub, scope: Scope, plan: Plan) -> None:
    """Let segments follow, and who watches. Read behind the commit: one that is made later looks at the contacts itself."""
    if not (await vocabulary(hub, scope)).segments:
        written = tuple(each.id for each in plan.people.values() if each.before is not None and each.changes)
        if written:
            hub.publish(ContactsRewritten(app=scope.app, contacts=written))
        return
    for person in plan.people.values():
        if person.before is None or person.changes:
            fields = None if person.before is None else frozenset(person.changes)
            hub.publish(ContactTouched(app=scope.app, contact=person.id, fields=fields))


async def went_in(writing: Awaitable[Outcome]) -> bool:
    """Whether a plan was written; if not, somebody changed one of its contacts or took an address at that moment."""
    try:
        return (await writing).existing is None
    except (GuardFailed, Missing):
        return False
