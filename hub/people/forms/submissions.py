"""What people answered: as it is kept, as agents see it, and what is kept of a contact."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CONTACTS, SUBMISSIONS
from hub.people.contacts import ids_of
from hub.people.editing import name_of
from hub.people.forms.fields import Field, Language, said
from hub.people.forms.forms import Id, stored_form
from hub.people.privacy.keepers import Item, next_of
from storage.engine import Batch, Document, Result, Scope, Sort
from storage.filters import Eq, Lt

_CHUNK = 200


class SubmissionsOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Of which form, and from where on (`cursor` of the page before)."""

    form: Id
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class Answer(Struct, frozen=True):
    """A question as it was asked, and what somebody answered: words, as they are read."""

    key: str
    label: str
    value: str


class Submission(Struct, frozen=True):
    """What a contact answered. `status` is done, asked (the mail is not answered yet) or confirmed."""

    id: int
    form: int
    name: str
    contact: int
    who: str
    status: Literal["done", "asked", "confirmed"]
    answers: list[Answer]
    page: str
    at: str


class SubmissionPage(Struct, frozen=True):
    """Some submissions, newest first; without a cursor there are no more."""

    submissions: list[Submission]
    cursor: str | None


@verb(CONTACTS_READ)
async def list_submissions(hub: Hub, actor: Actor, of: SubmissionsOf) -> SubmissionPage:
    """Return what people answered to a form, newest first. Raises NotFound, InvalidPayload."""
    scope = Scope(actor.scope.app)
    await stored_form(hub, scope, of.form)
    try:
        page = await hub.store.find(
            scope, SUBMISSIONS, Eq("form", of.form), sort=Sort("id", True), limit=of.limit, cursor=of.cursor
        )
    except ValueError:
        raise InvalidPayload("This cursor belongs to another list.") from None
    contacts = await hub.store.get_many(scope, CONTACTS, [each["contact"] for each in page.items])
    return SubmissionPage([submission_of(each, contacts.get(each["contact"])) for each in page.items], page.cursor)


def submission_of(document: Document, contact: Document | None) -> Submission:
    """Return a stored submission as agents see it."""
    return Submission(
        id=document["id"], form=document["form"], name=document["name"], contact=document["contact"],
        who=name_of(contact) if contact else "", status=document["status"],
        answers=[Answer(**each) for each in document["answers"]], page=document["page"], at=rfc3339(document["at"]),
    )  # fmt: skip


def readable(fields: list[Field], answers: dict[str, Any], language: Language) -> list[Document]:
    """Return answers as they are kept and read: each with its question, a choice by its label."""
    found = []
    for field in fields:
        value = answers.get(field.key)
        if value is None:
            continue
        labels: dict[str, str] = {
            choice.value: said(choice.label, language) or choice.value for choice in field.choices
        }
        if isinstance(value, list):
            text = ", ".join(labels.get(str(each), str(each)) for each in value)
        elif isinstance(value, bool):
            text = "✓" if value else "–"
        else:
            text = labels.get(str(value), str(value))
        found.append({"key": field.key, "label": said(field.label, language) or field.key, "value": text})
    return found


async def expire_answers(hub: Hub, scope: Scope, before: int, place: str) -> str | None:
    """Erase some of what was answered before a moment; return None when there is no more."""
    page = await hub.store.find(scope, SUBMISSIONS, Lt("at", before), sort=Sort("at"), limit=_CHUNK)
    await _erase(hub, scope, page.items)
    return "" if page.items else None


async def count_old_answers(hub: Hub, scope: Scope, before: int) -> int:
    """Return how much was answered before a moment."""
    return await hub.store.count(scope, SUBMISSIONS, Lt("at", before))


async def _erase(hub: Hub, scope: Scope, documents: list[Document]) -> None:
    """Erase submissions, and the keys by which they are known."""
    if documents:
        batch = Batch(scope)
        for document in documents:
            batch.release("form.client", document["client"])
            batch.delete(SUBMISSIONS, document["id"])
        await hub.commit(batch)


class FormsKeeper:
    """Submissions follow their contact, and go with it."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Let the next submissions of some contacts be another one's."""
        scope = Scope(batch.scope.app)
        moved = []
        for document in await next_of(hub, scope, SUBMISSIONS, "contact", others, limit):
            batch.guard(SUBMISSIONS, document["id"], Eq("contact", document["contact"]))
            moved.append(batch.patch(SUBMISSIONS, document["id"], set={"contact": into}))
        return moved

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Who looks at submissions asks for them."""

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield what a contact answered."""
        for id in ids_of(contact):
            cursor = None
            while True:
                page = await hub.store.find(scope, SUBMISSIONS, Eq("contact", id), limit=_CHUNK, cursor=cursor)
                for document in page.items:
                    yield Item("submissions", document)
                if (cursor := page.cursor) is None:
                    break

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Erase the next submissions."""
        documents = await next_of(hub, scope, SUBMISSIONS, "contact", contacts, _CHUNK)
        await _erase(hub, scope, documents)
        return Counter({"submissions": len(documents)}) if documents else Counter()
