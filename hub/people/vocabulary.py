"""What an application has named: attributes, events, tags, lists, segments and groups, in memory because all else asks.

Small and rarely changed, so it is read as a whole and kept.
"""

from __future__ import annotations

from collections.abc import Collection as Ids
from typing import Any

from msgspec import Struct

from hub.accounts.events import GroupsChanged
from hub.accounts.groups import Group, groups_of
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.people.collections import ATTRIBUTES, EVENT_NAMES, GROUP_RULES, LISTS, SEGMENTS, TAGS
from hub.people.standard import STANDARD, Attribute, Subject
from storage.engine import Collection, Document, Scope
from storage.filters import fold


class Named(Struct, frozen=True, omit_defaults=True):
    """A tag, a list or the name of an event; `merging` names the one that it is becoming a part of."""

    id: int
    name: str
    description: str = ""
    merging: int | None = None


class GroupRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Contacts of a segment belong to a group of agents."""

    segment: int
    group: int


class Vocabulary(Struct, frozen=True):
    """One application's names."""

    attributes: dict[Subject, dict[str, Attribute]]
    """subject → folded name or `name_std` → attribute; the standard ones are among them"""
    events: dict[str, Named]
    tags: dict[str, Named]
    lists: dict[int, Named]
    segments: dict[int, Document]
    _own: dict[Subject, list[Attribute]] = {}
    """What `own_attributes` has worked out: it is asked for every contact that is shown"""
    groups: dict[int, Group] = {}
    rules: tuple[GroupRule, ...] = ()
    """the first one whose segment a contact is in says its group; those of groups that are gone are not among them"""
    otherwise: int | None = None
    """the group of conversations whose contact no rule concerns"""
    generation: int = 0
    """how often the rules have changed"""

    def attribute(self, subject: Subject, name: str) -> Attribute | None:
        """Return the attribute by its name or its standard form, whatever its case; None where there is none."""
        return self.attributes[subject].get(fold(name)) or self.attributes[subject].get(std_of(name))

    def own_attributes(self, subject: Subject) -> list[Attribute]:
        """Return the attributes that the application made, in the order in which it did."""
        found = self._own.get(subject)
        if found is None:
            own = {each.id: each for each in self.attributes[subject].values() if each.id}
            found = self._own[subject] = [own[id] for id in sorted(own)]
        return found

    def tag_names(self, ids: Ids[int]) -> list[Named]:
        """Return the tags of these ids, those that are gone left out."""
        if not ids:
            return []
        by_id = {tag.id: tag for tag in self.tags.values()}
        return [by_id[id] for id in ids if id in by_id]


def std_of(name: str) -> str:
    """Return a name as User.com writes it in JSON: lower case, spaces as underscores (its documentation of 2019)."""
    return "_".join(name.lower().split()).replace(".", "_")


class Vocabularies(Kept[Vocabulary]):
    """The vocabularies of this node."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "vocabulary", _read)
        hub.listen(GroupsChanged, lambda event: self.changed(event.app))


async def vocabulary(hub: Hub, scope: Scope) -> Vocabulary:
    """Return the names of the scope's application."""
    return await hub.part(Vocabularies).of(scope.app)


async def _read(hub: Hub, scope: Scope) -> Vocabulary:
    # The rules before the groups: what a rule names was there before it.
    routing = await hub.store.get(scope, GROUP_RULES, scope.app) or {"rules": [], "otherwise": None, "generation": 0}
    attributes: dict[Subject, dict[str, Attribute]] = {
        subject: {name: attribute for attribute in own for name in (fold(attribute.name), attribute.std)}
        for subject, own in STANDARD.items()
    }
    for document in await everything(hub, scope, ATTRIBUTES):
        attribute = attribute_of(document)
        for name in (fold(attribute.name), attribute.std):
            attributes[attribute.subject].setdefault(name, attribute)
    groups = {each.id: each for each in await groups_of(hub, scope.app)}
    return Vocabulary(
        attributes=attributes,
        events={each["name"]: Named(each["id"], each["name"]) for each in await everything(hub, scope, EVENT_NAMES)},
        tags={fold(each["name"]): named(each) for each in await standing(hub, scope, TAGS)},
        lists={each["id"]: named(each) for each in await standing(hub, scope, LISTS)},
        segments={each["id"]: each for each in await everything(hub, scope, SEGMENTS)},
        groups=groups,
        rules=tuple(GroupRule(**each) for each in routing["rules"] if each["group"] in groups),
        otherwise=routing["otherwise"] if routing["otherwise"] in groups else None,
        generation=routing["generation"],
    )


async def everything(hub: Hub, scope: Scope, collection: Collection) -> list[Document]:
    """Return all documents of a small collection, by id."""
    return [document async for chunk in hub.store.export(scope, collection) for document in chunk]


async def standing(hub: Hub, scope: Scope, collection: Collection) -> list[Document]:
    """Return the tags or lists that were not deleted."""
    return [each for each in await everything(hub, scope, collection) if not each.get("gone")]


def named(document: Document) -> Named:
    """Return a stored name."""
    return Named(document["id"], document["name"], document.get("description", ""), document.get("merging"))


def attribute_of(document: Document) -> Attribute:
    """Return a stored attribute."""
    facts: dict[str, Any] = {name: document[name] for name in ("id", "subject", "name", "std", "type")}
    return Attribute(
        **facts, path=f"attrs.{document['id']}", choices=tuple(document.get("choices") or ()),
        multiple=document.get("multiple", False),
    )  # fmt: skip
