"""Many contacts or companies in one call: each is made or changed by itself, and refused by itself.

Contacts are written as an import writes its rows: a chunk of them in one batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import Conflict, HubError, InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.companies.companies import NewCompany, upsert_company
from hub.people.editing import checked_fields, new_contact
from hub.people.importing.planning import Numbered, Plan, plan_rows, tell_plan, went_in, write_plan
from storage.engine import Batch, Document, Scope
from storage.filters import fold

MOST = 1_000
LARGEST = 2_097_152
"""Bytes of the body of such a call."""
_TOGETHER, _FIELDS, _LETTERS = 100, 1_200, 60_000
"""At most so much in one batch: it is one transaction, which has to stay well below 20 ms."""
_TRIES = 20
_AT_ONCE = 20
"""Companies that are written at the same time: each is a batch, and the engine lets them share a flush."""

Objects = Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=MOST)]


class ManyContacts(Struct, frozen=True, forbid_unknown_fields=True):
    """Contacts, each with values by the names of its attributes; one is found by `custom_id`, else by `email`."""

    contacts: Objects


class ManyCompanies(Struct, frozen=True, forbid_unknown_fields=True):
    """Companies, each with values by the names of its attributes; one is found by `custom_id`, else by `name`."""

    companies: Objects


class Done(Struct, frozen=True, omit_defaults=True):
    """What became of the object at a place (from 0): its id, or the reason for which it was refused."""

    place: int
    outcome: Literal["created", "updated", "refused"]
    id: int | None = None
    reason: str | None = None


class DoneMany(Struct, frozen=True):
    """What became of each object, in their order; `updated` are those that were there, also where nothing was new."""

    created: int
    updated: int
    refused: int
    results: list[Done]


@verb(CONTACTS_WRITE)
async def upsert_contacts(hub: Hub, actor: Actor, given: ManyContacts) -> DoneMany:
    """Make or change up to 1,000 contacts; one that is refused holds up no other."""
    done: list[Done] = []
    for chunk in _chunks(given.contacts):
        checked = [(place, await _checked(hub, actor.scope, attributes)) for place, attributes in chunk]
        done += await _write(hub, actor.scope, checked)
    return _sum(done)


@verb(CONTACTS_WRITE)
async def upsert_companies(hub: Hub, actor: Actor, given: ManyCompanies) -> DoneMany:
    """Make or change up to 1,000 companies; one that is refused holds up no other."""
    same: dict[Any, list[tuple[int, dict[str, Any]]]] = {}
    for place, attributes in enumerate(given.companies):
        known = attributes.get("custom_id") or attributes.get("name")
        key = fold(known) if isinstance(known, str) else place
        same.setdefault(key, []).append((place, attributes))  # what is about one company comes in order
    free = asyncio.Semaphore(_AT_ONCE)

    async def work(group: list[tuple[int, dict[str, Any]]]) -> list[Done]:
        async with free:
            return [await _company(hub, actor, place, attributes) for place, attributes in group]

    found = await asyncio.gather(*(work(group) for group in same.values()))
    return _sum([each for group in found for each in group])


async def _company(hub: Hub, actor: Actor, place: int, attributes: dict[str, Any]) -> Done:
    try:
        upserted = await upsert_company(hub, actor, NewCompany(attributes))
    except HubError as error:
        if error.status >= 500:
            raise
        return Done(place, "refused", reason=error.message)
    return Done(place, "created" if upserted.created else "updated", upserted.company.id)


def _chunks(objects: list[dict[str, Any]]) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    chunk: list[tuple[int, dict[str, Any]]] = []
    fields = letters = 0
    for place, attributes in enumerate(objects):
        chunk.append((place, attributes))
        fields += len(attributes)
        letters += sum(len(value) for value in attributes.values() if isinstance(value, str))
        if len(chunk) >= _TOGETHER or fields >= _FIELDS or letters >= _LETTERS:
            yield chunk
            chunk, fields, letters = [], 0, 0
    if chunk:
        yield chunk


async def _checked(hub: Hub, scope: Scope, attributes: dict[str, Any]) -> Document | InvalidPayload:
    try:
        return await checked_fields(hub, scope, "contact", attributes)
    except InvalidPayload as error:
        return error


class _Checked:
    """Gives what was checked before; a copy of it, because a chunk may be planned again."""

    def of(self, row: Document | InvalidPayload) -> Document:
        """Return the fields. Raises InvalidPayload."""
        if isinstance(row, InvalidPayload):
            raise row
        fields = {path: value for path, value in row.items() if value is not None or path not in ("email", "custom_id")}
        if not fields:
            raise InvalidPayload("The object is empty.")
        return fields


async def _write(hub: Hub, scope: Scope, rows: list[Numbered]) -> list[Done]:
    async def make(fields: Document) -> Document:
        return await new_contact(hub, fields)

    for _ in range(_TRIES):
        plan = await plan_rows(hub.store, scope, _Checked(), rows, "auto", make)
        batch = Batch(scope)
        if write_plan(batch, plan, hub.clock.now(), None) is None or await went_in(hub.commit(batch)):
            await tell_plan(hub, scope, plan)
            return _done(plan)
    return [Done(place, "refused", reason=Conflict.sentence) for place, _ in rows]


def _done(plan: Plan) -> list[Done]:
    taken = [Done(place, "created" if new else "updated", id) for place, (new, id) in plan.contacts.items()]
    return taken + [Done(each.row, "refused", reason=each.reason) for each in plan.refused]


def _sum(done: list[Done]) -> DoneMany:
    count = {word: sum(each.outcome == word for each in done) for word in ("created", "updated", "refused")}
    return DoneMany(**count, results=sorted(done, key=lambda each: each.place))
