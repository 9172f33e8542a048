"""Macros: what is often done to a conversation together, kept under a name. hub/chat/running.py carries them out."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.belonging import For, changeable, checked_for, visible
from hub.chat.canned import Texts, checked_text, checked_texts
from hub.chat.collections import MACROS
from hub.chat.conversations import Id
from hub.chat.records import Priority
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.defining import at_most, checked_name
from hub.people.vocabulary import everything
from storage.engine import Batch, Document, Missing, Scope
from storage.filters import fold

MOST = 1_000
"""Macros of one application, whosoever they are."""
LONGEST_SNOOZE = 366 * 24 * 60
Step = Literal["assign", "label", "priority", "note", "message", "turn"]
STEPS: tuple[Step, ...] = ("assign", "label", "priority", "note", "message", "turn")
"""What a macro does, in this order: a conversation is closed after the message, which would open it."""


class MacroAssign(Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes charge: whoever runs the macro, an agent, a group, or nobody. `id` is the agent's or the group's."""

    to: Literal["me", "agent", "group", "nobody"]
    id: Id | None = None


class MacroTurn(Struct, frozen=True, forbid_unknown_fields=True):
    """What the conversation becomes; `minutes` says for how long it is snoozed."""

    to: Literal["closed", "snoozed", "open"]
    minutes: Annotated[int, Meta(ge=1, le=LONGEST_SNOOZE)] | None = None


class MacroDoes(Struct, frozen=True, forbid_unknown_fields=True):
    """What a macro does; what is absent it leaves as it is. Texts may have variables."""

    message: str = ""
    texts: Texts = {}
    note: str = ""
    labels: Annotated[list[Id], Meta(max_length=20)] = []
    priority: Priority | None = None
    assign: MacroAssign | None = None
    turn: MacroTurn | None = None


class NewMacro(Struct, frozen=True, forbid_unknown_fields=True):
    """A macro to be made."""

    name: str
    does: MacroDoes
    whose: For = msgspec.field(default="me", name="for")
    group: Id | None = None


class MacroChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a macro; what is absent stays as it is. `for` and `group` go together."""

    macro: Id
    name: str | UnsetType = UNSET
    does: MacroDoes | UnsetType = UNSET
    whose: For | UnsetType = msgspec.field(default=UNSET, name="for")
    group: Id | UnsetType | None = UNSET


class MacroRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which macro."""

    macro: Id


class Macro(Struct, frozen=True):
    """A macro as agents see it. `offered`: it is one's own, one's group's or everybody's; `used`: how often."""

    id: int
    name: str
    does: MacroDoes
    whose: For = msgspec.field(name="for")
    group: int | None
    own: bool
    offered: bool
    by: str
    used: int
    updated: str


class Macros(Struct, frozen=True):
    """What somebody may run or change, most used first."""

    macros: list[Macro]


@verb(CONVERSATIONS_MANAGE)
async def list_macros(hub: Hub, actor: Actor) -> Macros:
    """Return one's own macros, those of one's groups and everybody's, most used first."""
    found = await visible(hub, actor, MACROS)
    found.sort(key=lambda each: (-each[0]["used"], fold(each[0]["name"]), each[0]["id"]))
    return Macros([_shown(actor, document, offered) for document, offered in found])


@verb(CONVERSATIONS_MANAGE)
async def create_macro(hub: Hub, actor: Actor, new: NewMacro) -> Macro:
    """Make a macro. Raises InvalidPayload, NotFound for a group of others, Forbidden for a shared one."""
    at_most(len(await everything(hub, actor.scope, MACROS)), MOST, "macros")
    document: Document = {
        "id": await hub.ids.next("macro"), "owner": actor.who, "by": actor.name, "name": checked_name(new.name),
        "does": _checked(new.does), **await checked_for(hub, actor, new.whose, new.group), "used": 0,
        "updated": hub.clock.now(),
    }  # fmt: skip
    batch = Batch(Scope(actor.scope.app))
    batch.insert(MACROS, document)
    await hub.commit(batch)
    return _shown(actor, document, True)


@verb(CONVERSATIONS_MANAGE)
async def change_macro(hub: Hub, actor: Actor, change: MacroChange) -> Macro:
    """Change a macro. Raises NotFound, InvalidPayload, Forbidden for a shared one."""
    document = await changeable(hub, actor, MACROS, change.macro)
    changes: Document = {"updated": hub.clock.now()}
    if change.name is not UNSET:
        changes["name"] = checked_name(change.name)
    if change.does is not UNSET:
        changes["does"] = _checked(change.does)
    if change.whose is not UNSET:
        group = None if change.group is UNSET else change.group
        changes |= await checked_for(hub, actor, change.whose, group)
        if change.whose == "me":  # whoever takes it from the team keeps it
            changes |= {"owner": actor.who, "by": actor.name}
    batch = Batch(Scope(actor.scope.app))
    changed = batch.patch(MACROS, document["id"], set=changes)
    try:
        return _shown(actor, (await hub.commit(batch))[changed], True)
    except Missing:
        raise NotFound from None


@verb(CONVERSATIONS_MANAGE)
async def delete_macro(hub: Hub, actor: Actor, which: MacroRef) -> None:
    """Delete a macro. Raises NotFound, Forbidden for a shared one."""
    document = await changeable(hub, actor, MACROS, which.macro)
    batch = Batch(Scope(actor.scope.app))
    batch.delete(MACROS, document["id"])
    await hub.commit(batch)


def _checked(does: MacroDoes) -> Document:
    """Return what is stored of what a macro does. Raises InvalidPayload."""
    if does.turn is not None and (does.turn.to == "snoozed") != (does.turn.minutes is not None):
        raise InvalidPayload("`minutes` goes with `turn` being `snoozed`, and only with it.")
    if does.assign is not None and (does.assign.to in ("agent", "group")) != (does.assign.id is not None):
        raise InvalidPayload("`id` goes with an agent or a group, and only with them.")
    if does == MacroDoes():
        raise InvalidPayload("A macro has to do something.", reason="macro_empty")
    kept = msgspec.structs.replace(
        does, message=checked_text(does.message) if does.message.strip() else "",
        note=checked_text(does.note) if does.note.strip() else "", texts=checked_texts(does.texts),
        labels=sorted(set(does.labels)),
    )  # fmt: skip
    document: Document = msgspec.to_builtins(kept)
    return document


def _shown(actor: Actor, document: Document, offered: bool) -> Macro:
    return Macro(
        id=document["id"], name=document["name"], does=msgspec.convert(document["does"], MacroDoes),
        whose=document["for"], group=document["group"], own=document["owner"] == actor.who, offered=offered,
        by=document["by"], used=document["used"], updated=rfc3339(document["updated"]),
    )  # fmt: skip
