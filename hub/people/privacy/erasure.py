"""Erases a person everywhere: the contact at once, the rest as a job that a killed process does not lose, with a proof.

The proof says how much of each kind there was, who asked and when, and names nobody: the contact stands in it as a hash
under the installation's secret, so that whoever knows the id can have it checked, and nobody can read it out.
"""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_PRIVACY
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CONTACTS, ERASURES
from hub.people.contacts import get_contact, ids_of
from hub.people.editing import UNIQUE, unique_value
from hub.people.merging.replacing import Replacements
from hub.people.privacy.keepers import Keepers
from hub.people.privacy.kept import counts_of
from hub.people.tracking import ingesting
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.filters import EVERYTHING, Eq

ERASE = "contacts.erase"
_TURN = 20.0
"""Seconds of work for one job: then it hands over to the next, well within its lease."""
_LATE = 90_000
"""Milliseconds after which what somebody wrote at the very moment of the erasure, on another node, is looked for."""
_TRIES = 10

Id = Annotated[int, Meta(ge=1, le=2**53)]


class EraseContact(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to erase."""

    contact: Id


class ErasureRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which erasure; with `contact`, `matches` of the answer says whether it was that one's."""

    erasure: Id
    contact: Id | None = None


class Erasure(Struct, frozen=True):
    """The proof of an erasure. While it is `running`, `counts` is what has been found so far.

    subject   the contact's id, hashed under the installation's secret
    seal      a signature over all of it, when it is done
    matches   whether the contact that was asked for is the subject
    """

    id: int
    status: Literal["running", "done"]
    counts: dict[str, int]
    asked_by: str
    asked_at: str
    finished_at: str | None
    subject: str
    seal: str | None
    matches: bool | None = None


class ErasureList(Struct, frozen=True, forbid_unknown_fields=True):
    """From where on."""

    cursor: str | None = None


class Erasures(Struct, frozen=True):
    """A page of erasures, newest first; without a cursor there are no more."""

    erasures: list[Erasure]
    cursor: str | None


@verb(CONTACTS_PRIVACY)
async def erase_contact(hub: Hub, actor: Actor, given: EraseContact) -> Erasure:
    """Erase a contact and everything that is kept of it; return the proof, which is done a little later. Raises NotFound."""
    for _ in range(_TRIES):
        contact = await get_contact(hub, actor.scope, given.contact)
        scope, now = Scope(actor.scope.app), hub.clock.now()
        batch = Batch(scope)
        batch.guard(CONTACTS, contact["id"], Eq("revision", contact["revision"]))
        for kind, value in _keys(contact):
            if await hub.store.key(scope, kind, value) == contact["id"]:
                batch.release(kind, value)
        batch.delete(CONTACTS, contact["id"])
        document: Document = {
            "id": await hub.ids.next("erasure"), "status": "running", "contacts": ids_of(contact), "counts": {},
            "by": f"{actor.kind} {actor.name}", "asked": now, "subject": _subject(hub, scope, contact["id"]),
        }  # fmt: skip
        batch.insert(ERASURES, document)
        await hub.jobs.add(batch, ERASE, {"erasure": document["id"]})
        try:
            await hub.commit(batch)
        except GuardFailed:
            continue
        hub.part(Replacements).tell(scope.app, ids_of(contact), None)
        return _shown(hub, scope, document)
    raise Conflict


@verb(CONTACTS_PRIVACY)
async def get_erasure(hub: Hub, actor: Actor, which: ErasureRef) -> Erasure:
    """Return the proof of an erasure. Raises NotFound."""
    document = await hub.store.get(actor.scope, ERASURES, which.erasure)
    if document is None:
        raise NotFound
    return _shown(hub, actor.scope, document, which.contact)


@verb(CONTACTS_PRIVACY)
async def list_erasures(hub: Hub, actor: Actor, of: ErasureList) -> Erasures:
    """Return a page of erasures, newest first. Raises InvalidPayload for a cursor that was not made here."""
    newest = Sort(descending=True)
    try:
        page = await hub.store.find(actor.scope, ERASURES, EVERYTHING, sort=newest, limit=50, cursor=of.cursor)
    except ValueError:
        raise InvalidPayload("This cursor belongs to another list.", reason="cursor") from None
    return Erasures([_shown(hub, actor.scope, each) for each in page.items], page.cursor)


def _keys(contact: Document) -> list[tuple[str, str]]:
    own = [("contact.key", contact["key"])]
    own += [(kind, unique_value(field, contact[field])) for field, kind in UNIQUE.items() if contact.get(field)]
    return own + [(each["kind"], each["value"]) for each in contact.get("also") or ()]


# ── the job ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def erase_rest(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Erase what is left of a contact, and finish the proof (a job).

    Counted first and erased then: a process that is killed in the middle counts no chunk twice and forgets none.
    """
    if payload.get("late"):
        await _erase(hub, scope, payload["contacts"], time.monotonic() + _TURN)
        return
    document = await hub.store.get(scope, ERASURES, payload["erasure"])
    if document is None or document["status"] != "running":
        return
    if "found" not in document:
        document = await _count(hub, scope, document)
    done = await _erase(hub, scope, document["contacts"], time.monotonic() + _TURN)
    batch = Batch(scope)
    if done:
        await _finish(hub, scope, batch, document)
    else:
        await hub.jobs.add(batch, ERASE, payload)
    await hub.commit(batch)


async def _count(hub: Hub, scope: Scope, document: Document) -> Document:
    counts = await counts_of(hub, scope, document["contacts"])
    batch = Batch(scope)
    changed = batch.patch(ERASURES, document["id"], set={"counts": counts, "found": True})
    after: Document = (await hub.commit(batch))[changed]
    return after


async def _erase(hub: Hub, scope: Scope, contacts: list[int], until: float) -> bool:
    for keeper in hub.part(Keepers).all:
        while await keeper.erase(hub, scope, contacts):
            if time.monotonic() > until:
                return False
    return True


async def _finish(hub: Hub, scope: Scope, batch: Batch, document: Document) -> None:
    gone = set(document["contacts"])
    jobs = await hub.jobs.redact(scope.app, lambda kind, payload: payload if kind == ERASE else _without(payload, gone))
    proof = {name: document[name] for name in ("id", "by", "asked", "subject")}
    proof |= {"counts": document["counts"] | {"jobs": jobs}, "finished": hub.clock.now(), "status": "done"}
    proof["seal"] = _seal(hub, scope, proof)
    batch.patch(ERASURES, document["id"], set=proof, unset=("contacts", "found"))
    # What somebody wrote at the very moment; this row is the last that names the contact, and ends with its work.
    await hub.jobs.add(
        batch, ERASE, {"erasure": document["id"], "contacts": document["contacts"], "late": True}, after=_LATE
    )


def _without(payload: dict[str, Any], gone: set[int]) -> dict[str, Any] | None:
    """Return a job's payload without some contacts; None where it is about one of them alone."""
    named = [payload.get("contact"), payload.get("into"), *(payload.get("others") or ())]
    if payload.get("subject") == "contact":
        named.append(payload.get("id"))
    if any(isinstance(each, int) and each in gone for each in named):
        return None
    if "deeds" in payload:  # what was taken in bulk, of many contacts
        return ingesting.without(payload, gone)
    return payload


def _subject(hub: Hub, scope: Scope, contact: int) -> str:
    return hub.signer.hash(f"erased:{scope.app}:{contact}")


def _seal(hub: Hub, scope: Scope, proof: Document) -> str:
    facts = [proof[name] for name in ("id", "by", "asked", "finished", "subject")]
    return hub.signer.sign(
        "erasure", scope.app, msgspec.json.encode([*facts, sorted(proof["counts"].items())]).decode()
    )


def _shown(hub: Hub, scope: Scope, document: Document, contact: int | None = None) -> Erasure:
    return Erasure(
        id=document["id"], status=document["status"], counts=document["counts"], asked_by=document["by"],
        asked_at=rfc3339(document["asked"]),
        finished_at=rfc3339(document["finished"]) if "finished" in document else None, subject=document["subject"],
        seal=document.get("seal"),
        matches=None if contact is None else document["subject"] == _subject(hub, scope, contact),
    )  # fmt: skip
