"""Modals as a company makes them: made, changed, listed, deleted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONTACTS_READ, MODALS_MANAGE
from hub.accounts.team import Team
from hub.chat.attachments import erase_attachments, take_attachments
from hub.chat.automatic.texts import check_variables
from hub.chat.collections import ATTACHMENTS, MODAL_TALLIES, MODALS
from hub.chat.modals.content import MOST_BLOCKS, Block, ShownBlock, check_blocks, shown_blocks
from hub.chat.modals.rules import Rules, checked_rules
from hub.chat.records import Size
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.core.verb import verb
from hub.people.defining import at_most, checked_name
from hub.people.forms.forms import Id
from hub.people.vocabulary import everything
from storage.engine import Batch, Document, Missing, Scope

MOST = 500
Kind = Literal["modal", "message"]
Layout = Literal["center", "top", "bottom", "corner", "full"]
ModalSize = Literal["small", "medium", "large"]
Accent = Annotated[str, Meta(pattern="^(#[0-9a-fA-F]{6})?$")]
Blocks = Annotated[list[Block], Meta(max_length=MOST_BLOCKS)]


class NewModal(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that shows itself on the website: a modal, or (`kind` message) a chat message that is sent by itself.

    layout, size   of a modal: where it stands, and how large
    show_as        of a message: in the chat, as a card beside the launcher, or in the middle
    author         of a message: the agent who says it; the company without one
    """

    name: str
    blocks: Blocks = []
    kind: Kind = "modal"
    on: bool = False
    layout: Layout = "center"
    size: ModalSize = "medium"
    accent: Accent = ""
    show_as: Size = "bubble"
    author: Id | None = None
    rules: Rules = Rules()


class ModalChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a modal. What is absent stays as it is."""

    modal: Id
    name: str | UnsetType = UNSET
    blocks: Blocks | UnsetType = UNSET
    on: bool | UnsetType = UNSET
    layout: Layout | UnsetType = UNSET
    size: ModalSize | UnsetType = UNSET
    accent: Accent | UnsetType = UNSET
    show_as: Size | UnsetType = UNSET
    author: Id | UnsetType | None = UNSET
    rules: Rules | UnsetType = UNSET


class ModalRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which modal."""

    modal: Id


class ModalFigures(Struct, frozen=True):
    """How often it was shown, came into view, was clicked, put away and (a message) answered."""

    shown: int = 0
    seen: int = 0
    clicked: int = 0
    dismissed: int = 0
    answered: int = 0


class Modal(Struct, frozen=True):
    """A modal as the panel shows it; `shown_blocks` has its blocks as a page gets them, with addresses of pictures."""

    id: int
    name: str
    blocks: list[Block]
    kind: Kind
    on: bool
    layout: Layout
    size: ModalSize
    accent: str
    show_as: Size
    author: int | None
    rules: Rules
    shown_blocks: list[ShownBlock]
    figures: ModalFigures
    created: str
    updated: str


@verb(CONTACTS_READ)
async def list_modals(hub: Hub, actor: Actor) -> list[Modal]:
    """Return all modals and automatic messages, newest first, with how they fared."""
    scope = Scope(actor.scope.app)
    tallies = {each["id"]: each for each in await everything(hub, scope, MODAL_TALLIES)}
    return [
        _shown(hub, scope, each, tallies.get(each["id"])) for each in reversed(await everything(hub, scope, MODALS))
    ]


@verb(CONTACTS_READ)
async def get_modal(hub: Hub, actor: Actor, which: ModalRef) -> Modal:
    """Return a modal. Raises NotFound."""
    scope = Scope(actor.scope.app)
    document = await stored_modal(hub, scope, which.modal)
    return _shown(hub, scope, document, await hub.store.get(scope, MODAL_TALLIES, which.modal))


@verb(MODALS_MANAGE)
async def create_modal(hub: Hub, actor: Actor, new: NewModal) -> Modal:
    """Make a modal. Raises InvalidPayload, naming what does not fit; AttachmentMissing."""
    scope = Scope(actor.scope.app)
    others = await everything(hub, scope, MODALS)
    at_most(len(others), MOST, "modals")
    now, id = hub.clock.now(), await hub.ids.next("modal")
    batch = Batch(scope)
    fields = await _checked(hub, actor, batch, id, new, others)
    document = fields | {"id": id, "created": now, "updated": now}
    batch.insert(MODALS, document)
    batch.insert(MODAL_TALLIES, {"id": id})
    await hub.commit(batch)
    hub.part(Modals).changed(scope.app)
    return _shown(hub, scope, document, None)


@verb(MODALS_MANAGE)
async def change_modal(hub: Hub, actor: Actor, change: ModalChange) -> Modal:
    """Change a modal. Raises NotFound, InvalidPayload, AttachmentMissing."""
    scope = Scope(actor.scope.app)
    before = await stored_modal(hub, scope, change.modal)
    given = {
        name: value
        for name in NewModal.__struct_fields__
        if name != "kind" and (value := getattr(change, name)) is not UNSET
    }
    batch = Batch(scope)
    others = await everything(hub, scope, MODALS)
    whole = msgspec.structs.replace(definition_of(before), **given)
    fields = await _checked(hub, actor, batch, before["id"], whole, others)
    changed = batch.patch(MODALS, before["id"], set=fields | {"updated": hub.clock.now()})
    try:
        after = (await hub.commit(batch))[changed]
    except Missing:
        raise NotFound from None
    await _drop_files(hub, scope, before, [*(each for each in others if each["id"] != before["id"]), after])
    hub.part(Modals).changed(scope.app)
    return _shown(hub, scope, after, await hub.store.get(scope, MODAL_TALLIES, before["id"]))


@verb(MODALS_MANAGE)
async def delete_modal(hub: Hub, actor: Actor, which: ModalRef) -> None:
    """Delete a modal. What people did with it stays in their timelines. Raises NotFound."""
    scope = Scope(actor.scope.app)
    before = await stored_modal(hub, scope, which.modal)
    batch = Batch(scope)
    batch.delete(MODALS, which.modal)
    batch.delete(MODAL_TALLIES, which.modal)
    await hub.commit(batch)
    await _drop_files(hub, scope, before, await everything(hub, scope, MODALS))
    hub.part(Modals).changed(scope.app)


class Modals(Kept[list[Document]]):
    """The modals that are switched on: every page asks for them."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "modals", _read)


async def _read(hub: Hub, scope: Scope) -> list[Document]:
    return [each for each in await everything(hub, scope, MODALS) if each["on"]]


async def stored_modal(hub: Hub, scope: Scope, id: int) -> Document:
    """Return the stored modal. Raises NotFound."""
    document = await hub.store.get(scope, MODALS, id)
    if document is None:
        raise NotFound("There is no modal by that id.")
    return document


def definition_of(document: Document) -> NewModal:
    """Return a stored modal as it would be made."""
    given: dict[str, Any] = {name: document[name] for name in NewModal.__struct_fields__ if name in document}
    return msgspec.convert(given, NewModal)


async def _checked(hub: Hub, actor: Actor, batch: Batch, id: int, new: NewModal, others: list[Document]) -> Document:
    """Return the modal as it is stored, and put into the batch that its pictures are its own. Raises InvalidPayload."""
    scope = Scope(actor.scope.app)
    name = checked_name(new.name, 128)
    check_blocks(new.blocks, new.kind)
    for block in new.blocks:
        check_variables(block.text)
        check_variables(block.reply)
    new = msgspec.structs.replace(new, rules=await checked_rules(hub, scope, new.rules))
    if new.author is not None and new.author not in (await hub.part(Team).of(scope.app)).agents:
        raise InvalidPayload("`author` is no agent of this application.")
    known: dict[str, Document] = {key: file for each in others for key, file in each["files"].items()}
    wanted = [block.file for block in new.blocks if block.file is not None]
    taken = await take_attachments(hub, actor, [file for file in wanted if str(file) not in known], own=True)
    for file in taken:
        if not str(file["type"]).startswith("image/") or not file.get("width"):
            raise InvalidPayload("This file is no picture.", reason="modal_image")
        # No message carries it, and all the same it is not one that was never sent.
        batch.patch(ATTACHMENTS, file["id"], set={"message": 0, "modal": id})
    known |= {str(file["id"]): file for file in taken}
    return msgspec.to_builtins(new) | {"name": name, "files": {str(file): known[str(file)] for file in wanted}}


async def _drop_files(hub: Hub, scope: Scope, before: Document, there: list[Document]) -> None:
    """Erase the pictures of a modal that none shows any more."""
    used = {key for each in there for key in each["files"]}
    await erase_attachments(hub, scope, [int(key) for key in before["files"] if key not in used])


def _shown(hub: Hub, scope: Scope, document: Document, tally: Document | None) -> Modal:
    whole, tally = definition_of(document), tally or {}
    figures = ModalFigures(**{name: tally.get(name, 0) for name in ModalFigures.__struct_fields__})
    return Modal(
        id=document["id"], **{name: getattr(whole, name) for name in NewModal.__struct_fields__},
        shown_blocks=shown_blocks(hub, scope.app, document), figures=figures,
        created=rfc3339(document["created"]), updated=rfc3339(document["updated"]),
    )  # fmt: skip
