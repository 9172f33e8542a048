"""Attributes that an application makes for itself, beside the standard ones."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from hub.accounts.grants import ATTRIBUTES_MANAGE, CONTACTS_READ
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import ATTRIBUTES
from hub.people.defining import at_most, checked_name, define, rename, undefine
from hub.people.standard import STANDARD, Attribute, Subject, ValueType
from hub.people.values import guessed_type
from hub.people.vocabulary import Vocabulary, attribute_of, std_of, vocabulary
from storage.engine import Scope

MOST = 500
_NAME, _CHOICES, _CHOICE = 64, 200, 255


class NewAttribute(Struct, frozen=True, forbid_unknown_fields=True):
    """An attribute to be made; `choices` for the type fixed, `multiple` where several may hold at once."""

    name: str
    type: ValueType
    subject: Subject = "contact"
    choices: list[str] = []
    multiple: bool = False
    description: str = ""


class AttributeChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of an attribute; its type and its `name_std` never do, for values and clients rest on them."""

    attribute: int
    name: str | UnsetType = UNSET
    choices: list[str] | UnsetType = UNSET
    description: str | UnsetType = UNSET


class AttributeRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which attribute."""

    attribute: int


class AttributesOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose attributes."""

    subject: Subject = "contact"


@verb(CONTACTS_READ)
async def list_attributes(hub: Hub, actor: Actor, of: AttributesOf) -> list[Attribute]:
    """Return the standard attributes of a subject, then its own ones."""
    words = await vocabulary(hub, actor.scope)
    return [*STANDARD[of.subject], *words.own_attributes(of.subject)]


@verb(ATTRIBUTES_MANAGE)
async def create_attribute(hub: Hub, actor: Actor, new: NewAttribute) -> Attribute:
    """Make an attribute. Raises InvalidPayload, Taken."""
    words = await vocabulary(hub, actor.scope)
    if words.attribute(new.subject, new.name):
        raise Taken
    if new.type == "fixed" and not new.choices:
        raise InvalidPayload("An attribute of the type fixed needs `choices`.")
    made, is_new = await _define(hub, actor.scope, words, new)
    if not is_new:
        raise Taken
    return made


@verb(ATTRIBUTES_MANAGE)
async def change_attribute(hub: Hub, actor: Actor, change: AttributeChange) -> Attribute:
    """Rename an attribute, describe it or change its choices. Raises NotFound, InvalidPayload."""
    document = await hub.store.get(actor.scope, ATTRIBUTES, change.attribute)
    if document is None:
        raise NotFound
    changes: dict[str, Any] = {}
    if change.name is not UNSET:
        changes["name"] = checked_name(change.name, _NAME)
    if change.choices is not UNSET:
        changes["choices"] = _checked_choices(change.choices)
    if change.description is not UNSET:
        changes["description"] = check_text(change.description, "description")[:1000]
    key = f"{document['subject']}:{document['std']}"
    return attribute_of(await rename(hub, actor.scope, ATTRIBUTES, "attribute", key, key, document["id"], changes))


@verb(ATTRIBUTES_MANAGE)
async def delete_attribute(hub: Hub, actor: Actor, which: AttributeRef) -> None:
    """Delete an attribute; values of it are not shown any more. Raises NotFound."""
    document = await hub.store.get(actor.scope, ATTRIBUTES, which.attribute)
    if document is None:
        raise NotFound
    key = f"{document['subject']}:{document['std']}"
    await undefine(hub, actor.scope, ATTRIBUTES, "attribute", key, document["id"])


async def attribute_for(hub: Hub, scope: Scope, subject: Subject, name: str, value: Any) -> Attribute:
    """Return the attribute of this name, made of the value's type where there is none yet, as User.com does."""
    words = await vocabulary(hub, scope)
    found = words.attribute(subject, name)
    if found is None:
        found, _ = await _define(hub, scope, words, NewAttribute(name, guessed_type(value), subject))
    return found


def provisional(subject: Subject, name: str, value: Any) -> Attribute:
    """Return the attribute that a value would make, to check the value before. Raises InvalidPayload for the name."""
    return Attribute(0, subject, checked_name(name, _NAME), std_of(name), guessed_type(value), "")


async def _define(hub: Hub, scope: Scope, words: Vocabulary, new: NewAttribute) -> tuple[Attribute, bool]:
    at_most(len(words.own_attributes(new.subject)), MOST, "attributes of one kind")
    name = checked_name(new.name, _NAME)
    std = std_of(name)
    document: dict[str, Any] = {
        "subject": new.subject, "name": name, "std": std, "type": new.type, "choices": _checked_choices(new.choices),
        "multiple": new.multiple, "description": check_text(new.description, "description")[:1000], "created": hub.clock.now(),
    }  # fmt: skip
    id, is_new = await define(hub, scope, ATTRIBUTES, "attribute", f"{new.subject}:{std}", document)
    if is_new:
        return attribute_of({"id": id, **document}), True
    stored = await hub.store.get(Scope(scope.app), ATTRIBUTES, id)
    assert stored is not None, "the key and the attribute were written together"
    return attribute_of(stored), False


def _checked_choices(choices: list[str]) -> list[str]:
    if len(choices) > _CHOICES:
        raise InvalidPayload(f"An attribute has at most {_CHOICES} choices.")
    return [checked_name(choice, _CHOICE) for choice in dict.fromkeys(choices)]
