"""What a visitor's page asks for and tells: which modals may show themselves, one of them to show, and what became of it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import MODALS_SEE
from hub.accounts.team import Team
from hub.chat.automatic.texts import Saying, saying_for
from hub.chat.modals.content import ShownBlock, shown_blocks
from hub.chat.modals.modals import Kind, Layout, Modals, ModalSize, stored_modal
from hub.chat.modals.rules import Often, PageRules, is_due, page_rules, rules_of
from hub.chat.modals.tallies import ModalTallies
from hub.chat.records import Author, Size
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.contacts import is_own
from hub.people.forms.forms import Id
from hub.people.merging.replacing import standing_contact
from hub.people.timeline import line, tell
from hub.people.tracking.occurrences import occur
from storage.engine import Batch, Document, Scope


class ModalsHere(Struct, frozen=True, forbid_unknown_fields=True):
    """A page asks what may show itself on it."""


class DueModal(Struct, frozen=True):
    """A modal that may show itself, and when."""

    modal: int
    rules: PageRules


class DueModals(Struct, frozen=True):
    """Those that may show themselves to a contact, and when it was here first (UTC milliseconds)."""

    modals: list[DueModal]
    first_seen: int


class OpenModal(Struct, frozen=True, forbid_unknown_fields=True):
    """Which modal is about to show itself."""

    modal: Id


class ShownModal(Struct, frozen=True):
    """A modal as a page shows it. `author` is of a message: who says it."""

    id: int
    kind: Kind
    layout: Layout
    size: ModalSize
    accent: str
    show_as: Size
    author: Author | None
    often: Often
    blocks: list[ShownBlock]


class ModalDone(Struct, frozen=True, forbid_unknown_fields=True):
    """What a visitor did with a modal; `button` says which one was clicked."""

    modal: Id
    did: Literal["seen", "clicked", "dismissed"]
    button: Annotated[str, Meta(max_length=200)] = ""


@verb(MODALS_SEE)
async def list_due_modals(hub: Hub, actor: Actor, asked: ModalsHere) -> DueModals:
    """Return what may show itself to this contact. Raises NotFound."""
    contact = await _contact(hub, actor)
    scope = Scope(actor.scope.app)
    there = await hub.part(Modals).of(scope.app)
    due = [
        DueModal(each["id"], page_rules(rules_of(each))) for each in there if await is_due(hub, scope, each, contact)
    ]
    return DueModals(due, contact.get("first_seen") or hub.clock.now())


@verb(MODALS_SEE)
async def open_modal(hub: Hub, actor: Actor, asked: OpenModal) -> ShownModal:
    """Return a modal to show, and count that it was shown. Raises NotFound where it may not show itself, or not any more."""
    contact = await _contact(hub, actor)
    scope = Scope(actor.scope.app)
    for document in await hub.part(Modals).of(scope.app):
        if document["id"] == asked.modal and await is_due(hub, scope, document, contact):
            hub.part(ModalTallies).count(scope.app, asked.modal, "shown")
            # Who only says to be somebody is told nothing that is known of them.
            known = contact if await is_own(hub, actor, contact) else None
            return await shown_modal(hub, scope, document, await saying_for(hub, scope, known))
    raise NotFound("There is no modal by that id for this visitor.")


@verb(MODALS_SEE)
async def tell_modal(hub: Hub, actor: Actor, done: ModalDone) -> None:
    """Keep with the contact what it did with a modal, and count it. Raises NotFound."""
    if actor.scope.contact is None:
        raise NotFound
    scope, now = Scope(actor.scope.app), hub.clock.now()
    document = await stored_modal(hub, scope, done.modal)
    button: Document = {"button": check_text(done.button, "button")} if done.button else {}
    said = await line(hub, actor, "modal", done.did, modal=done.modal, name=document["name"], **button)

    def also(batch: Batch, contact: Document) -> None:
        tell(batch, "contact", contact["id"], said)

    keys = [(f"modal_{done.did}", now), (f"modal_{done.did}:{done.modal}", now)]
    await occur(hub, actor.scope, actor.scope.contact, lambda needs: keys, also)
    hub.part(ModalTallies).count(scope.app, done.modal, done.did)


async def has_modals(hub: Hub, app: int) -> bool:
    """Tell whether anything may show itself on the pages of an application."""
    return bool(await hub.part(Modals).of(app))


async def shown_modal(hub: Hub, scope: Scope, document: Document, say: Saying) -> ShownModal:
    """Return a stored modal as a page shows it, its words as `say` puts them."""
    return ShownModal(
        id=document["id"], kind=document["kind"], layout=document["layout"], size=document["size"],
        accent=document["accent"], show_as=document["show_as"],
        author=await author_of_message(hub, scope, document) if document["kind"] == "message" else None,
        often=rules_of(document).often, blocks=shown_blocks(hub, scope.app, document, say),
    )  # fmt: skip


async def author_of_message(hub: Hub, scope: Scope, document: Document) -> Author:
    """Return who says an automatic message: the agent, or the company."""
    team = await hub.part(Team).of(scope.app)
    agent = team.agents.get(document["author"])
    return Author("automation", agent.id, agent.name) if agent else Author("automation", 0, team.name)


async def _contact(hub: Hub, actor: Actor) -> Document:
    contact = actor.scope.contact and await standing_contact(hub, Scope(actor.scope.app), actor.scope.contact)
    if not contact:
        raise NotFound
    return contact
