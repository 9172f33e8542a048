"""What an account has named: attributes, tags, lists and its agents, as they are called here."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from hub.accounts.applications import Member, members
from hub.core.errors import HubError, InvalidPayload, Taken
from hub.core.past import Arrival, Past, keep
from hub.moving.values import Item, first, id_of, names, number, text
from hub.people.attributes import AttributeChange, NewAttribute, change_attribute, create_attribute
from hub.people.labels.lists import NewList, create_list
from hub.people.labels.tags import TagName, create_tag
from hub.people.standard import TYPES, Attribute, Subject, ValueType
from hub.people.vocabulary import vocabulary
from storage.engine import Document
from storage.filters import fold

if TYPE_CHECKING:
    from hub.moving.moving import Moving

_SUBJECTS: dict[str, Subject] = {
    "clientuser": "contact", "user": "contact", "company": "company", "deal": "deal", "activity": "activity",
    "product": "product", "ticket": "ticket",
}  # fmt: skip
_CODES: dict[str, ValueType] = {
    "1": "boolean", "2": "integer", "3": "date", "4": "string", "5": "datetime", "6": "fixed", "7": "float", "8": "json",
}  # fmt: skip
_LONGEST_NAME, _LONGEST_ATTRIBUTE = 128, 64


class Words:
    """Finds the names of the account here, and makes those that are missing."""

    def __init__(self, moving: Moving) -> None:
        self._moving = moving
        self._attributes: dict[tuple[Subject, str], Attribute] = {}
        self._unmade: dict[tuple[Subject, str], NewAttribute] = {}
        self._tags: dict[str, int] = {}
        self._lists: dict[str, int] = {}
        self._agents: dict[str, Member] | None = None
        self.seen_agents: dict[str, str] = {}
        """id of an agent there → address, as its messages tell"""
        self._lock = asyncio.Lock()

    # ── attributes ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def take_attribute(self, item: Item) -> None:
        """Make an attribute of the account, or find the one of its name."""
        moving, name = self._moving, text(item.get("name"), _LONGEST_ATTRIBUTE)
        subject = _SUBJECTS.get(str(item.get("content_type")).lower())
        type = _type_of(item.get("value_type"))
        if name is None or subject is None or type is None:
            moving.leave("attributes", id_of(item), "Its name, its type or what it belongs to is not known here.")
            return
        std = text(item.get("name_std")) or name.lower().replace(" ", "_")
        new = NewAttribute(
            name, type, subject, names(item.get("choices")), item.get("allow_multiple_choices") is not False,
            (text(item.get("description")) or "")[:1000],
        )  # fmt: skip
        words = await vocabulary(moving.hub, moving.scope)
        known = words.attribute(subject, name) or words.attribute(subject, std)
        if known is not None:
            self._attributes[subject, std] = known
            if known.id and known.type != type:
                moving.tell("attributes", name, f"It is of the type {known.type} here and {type} there.")
            moving.tallies["attributes"].count("unchanged")
        elif type == "fixed" and not new.choices:
            self._unmade[subject, std] = new  # made with its first value, for choices are told with values only
            moving.tallies["attributes"].count("unchanged")
        else:
            self._attributes[subject, std] = await create_attribute(moving.hub, moving.actor, new)
            moving.tallies["attributes"].count("created")

    async def own_values(self, subject: Subject, item: Item, standard: frozenset[str]) -> dict[str, Any]:
        """Return the values of own attributes of an item, by their names here: flat as v2 has them, or listed as v1 does."""
        given = {name: value for name, value in item.items() if name not in standard}
        listed = item.get("attributes")
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and (std := text(each.get("name_std")) or text(each.get("name"))):
                given[std] = each.get("value")
        found: dict[str, Any] = {}
        knows = bool(self._attributes or self._unmade)
        for std, value in given.items():
            if value is None or value == "" or value == []:
                continue
            known = await self._attribute(subject, std, value)
            if known is not None:
                found[known.std] = await self._fitting(known, value)
            elif not knows and not isinstance(value, dict | list):
                found[std] = value
        return found

    async def _attribute(self, subject: Subject, std: str, value: Any) -> Attribute | None:
        known = self._attributes.get((subject, std))
        unmade = self._unmade.get((subject, std))
        if known is None and unmade is not None:
            async with self._lock:
                if (subject, std) not in self._attributes:
                    new = NewAttribute(unmade.name, "fixed", subject, _choices(value), True, unmade.description)
                    try:
                        made = await create_attribute(self._moving.hub, self._moving.actor, new)
                    except Taken:
                        words = await vocabulary(self._moving.hub, self._moving.scope)
                        made = cast(Attribute, words.attribute(subject, unmade.name))
                    self._attributes[subject, std] = made
            known = self._attributes[subject, std]
        return known

    async def _fitting(self, attribute: Attribute, value: Any) -> Any:
        """Return a value in the form that its attribute takes; a choice that is new becomes one."""
        if attribute.type != "fixed":
            return value
        chosen = _choices(value)
        if attribute.id:
            async with self._lock:
                words = await vocabulary(self._moving.hub, self._moving.scope)
                current = next(each for each in words.own_attributes(attribute.subject) if each.id == attribute.id)
                missing = [each for each in chosen if each not in current.choices]
                if missing:
                    change = AttributeChange(attribute.id, choices=[*current.choices, *missing])
                    try:
                        await change_attribute(self._moving.hub, self._moving.actor, change)
                    except InvalidPayload as error:
                        self._moving.tell("attributes", attribute.name, error.message)
        return chosen if attribute.multiple else (chosen[0] if chosen else None)

    # ── tags and lists ───────────────────────────────────────────────────────────────────────────────────────────────

    async def make_tag(self, name: str) -> bool:
        """Make a tag; return whether there was none of this name. Raises InvalidPayload."""
        name = name.strip()
        made = await create_tag(self._moving.hub, self._moving.actor, TagName(name))
        self._tags[fold(name)] = made.tag.id
        return made.created

    async def _tag(self, name: str) -> int:
        known = self._tags.get(fold(name.strip()))
        if known is None:
            await self.make_tag(name)
        return self._tags[fold(name.strip())]

    async def tags(self, resource: str, item: Item) -> list[int]:
        """Return the ids here of an item's tags; one that can't be a tag here is told."""
        found = []
        for name in names(item.get("tags")):
            try:
                found.append(await self._tag(name))
            except HubError as error:
                self._moving.tell(resource, id_of(item), f"Tag: {error.message}")
        return found

    async def list_named(self, kind: str, item: Item, name: str, description: str) -> tuple[int, bool]:
        """Return the id here of a list of the account (or of a segment, as a list), and whether it was made just now."""
        moving, id = self._moving, id_of(item)
        key = f"{kind}:{id}"
        async with self._lock:
            words = await vocabulary(moving.hub, moving.scope)
            known = self._lists.get(key) or (await moving.here(kind, [id])).get(id)
            if known is not None and known in words.lists:
                self._lists[key] = known
                return known, False
            name = name.strip()[:_LONGEST_NAME] or f"List {id}"
            same = next((each for each in words.lists.values() if fold(each.name) == fold(name)), None)
            if same is not None:
                found, is_new = same.id, False
            else:
                found, is_new = (
                    (await create_list(moving.hub, moving.actor, NewList(name, description[:1000]))).id,
                    True,
                )
            await keep(moving.hub, moving.scope, Arrival(kind, Past(moving.name, id), ""), found)
            self._lists[key] = found
            return found, is_new

    async def lists(self, item: Item) -> list[int]:
        """Return the ids here of the lists that a user is on."""
        found = []
        for each in item.get("lists") or ():
            if isinstance(each, dict) and id_of(each):
                given = text(each.get("name")) or ""
                found.append((await self.list_named("list", each, given, text(each.get("description")) or ""))[0])
        return found

    # ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def agent(self, value: Any) -> int | None:
        """Return the agent here who is one of there (an id, or an object with an address), or None."""
        found = await self.known_agent(value)
        return found.id if found else None

    async def known_agent(self, value: Any) -> Member | None:
        """Return the agent here who is one of there."""
        if self._agents is None:
            all = await members(self._moving.hub, self._moving.scope.app)
            self._agents = {each.email.lower(): each for each in all}
        id = number(value)
        email = text(value.get("email")) if isinstance(value, dict) else None
        email = self._moving.order.agents.get(str(id)) or email or self.seen_agents.get(str(id))
        return self._agents.get(email.lower()) if email else None

    async def author(self, value: Any) -> Document | None:
        """Return who made something over there, as records keep it; None where it is not told."""
        if value in (None, "", {}):
            return None
        known = await self.known_agent(value)
        if known is not None:
            return {"kind": "agent", "id": known.id, "name": known.name}
        named = text(first(value, "name", "email")) if isinstance(value, dict) else None
        return {"kind": "agent", "id": 0, "name": named or f"Agent {number(value) or '?'}"}

    def saw_agent(self, value: Any) -> None:
        """Remember the address of an agent over there."""
        if isinstance(value, dict) and (email := text(value.get("email"))) and number(value) is not None:
            self.seen_agents[str(number(value))] = email


def _type_of(value: Any) -> ValueType | None:
    word = _CODES.get(str(value), str(value).lower())
    return cast(ValueType, word) if word in TYPES else None


def _choices(value: Any) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(str(each)[:255] for each in found if each not in (None, "")))
